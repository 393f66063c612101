import ArgumentParser
import Evaluation
import FrozenEncoders
import LatentStore
import SoundBridge

/// Options for the latents that are made of the inputs.
struct EmbedOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            """
            Component of the encoder by its name in Models/components, or its folder: yamnet (sounds, 1545 channels), \
            efficientat-mn04 (sounds, 911), all-minilm-l6-v2 (texts, 384), efficientnet-lite0 (pictures, 1280). Also the \
            folder of a published audio spectrogram transformer, Whisper or CLAP.
            """, valueName: "name|folder"))
    var encoder: String

    @Option(
        name: .shortAndLong,
        help: ArgumentHelp(
            "The .safetensors or .npy to write; beside .npy go NAME.ids.txt, NAME.groups.txt and NAME.metadata.json.",
            valueName: "path"))
    var output: String

    @Option(help: "Element type of the vectors; f16 halves the file at a relative error of up to 0.0005.")
    var dtype = StoredType.f32

    @Option(
        help: ArgumentHelp(
            """
            Of a sound: its embedding (1024 numbers for yamnet), its class scores (521), or both side by side, which the \
            model's own adapters take; embedding alone makes a file a third smaller. (default: both, where the encoder \
            has scores)
            """))
    var features: SoundFeatures?

    @Option(help: "How the windows of a sound (0.975 s for yamnet) are pooled: mean of all, the loudest, or the first.")
    var window = WindowPooling.mean

    @Flag(help: "Scale every vector to length 1.")
    var normalize = false

    @Option(help: "Precision of matrix products; auto is bf16 where the processor has it.")
    var precision = PrecisionChoice.f32

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Threads to compute with, 1 to 1024. (default: $OMP_NUM_THREADS, else 1)", valueName: "count"))
    var threads: Int?

    @Flag(help: "Continue a run that was interrupted; begin a new one where there is none.")
    var resume = false

    @Flag(help: "Replace an output that exists, and what an interrupted run left.")
    var overwrite = false

    func validate() throws {
        try checkOption(threads, ThreadCount.range, "--threads")
        if resume, overwrite { throw ValidationError("--resume and --overwrite cannot both be given.") }
    }
}
