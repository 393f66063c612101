import ArgumentParser
import Evaluation
import FrozenEncoders
import LatentStore
import SoundBridge

extension Modality: ExpressibleByArgument {}

/// Options for the latents that are made of the inputs.
struct EmbedOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            """
            Component of the encoder by its name in Models/components, or its folder: two-ears (sounds, 1929 \
            channels), its parts yamnet (1545) and efficientat-mn04 (911), all-minilm-l6-v2 (texts, 384), efficientnet-lite0 (pictures, 1280). Also a folder as \
            it was published: Whisper, CLAP and audio spectrogram transformers, BERT, RoBERTa, XLM-RoBERTa, MPNet and \
            DistilBERT of sentence-transformers, CLIP, SigLIP, DINOv2 (docs/encoders.md). Several, with commas between them, give their \
            vectors side by side, each of length 1.
            """, valueName: "name|folder"))
    var encoder: String

    @Option(
        help: """
            What a model with towers for several (CLIP, SigLIP, CLAP) is read for: audio, image or text. (default: image; of \
            CLAP audio)
            """)
    var modality: Modality?

    @Option(
        help: ArgumentHelp(
            "Text that goes before every text, such as “query: ”, in place of the encoder's own. (default: what its files say)",
            valueName: "text"))
    var prompt: String?

    @Option(
        help: ArgumentHelp(
            "The prompt of that name in the encoder's config_sentence_transformers.json. (default: the one that it names)",
            valueName: "name"))
    var promptName: String?

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
            Of a sound: its embedding (1408 numbers for two-ears), its class scores (521), or both side by side, which the \
            model's own adapters take; embedding alone makes a file a quarter smaller. (default: both, where the encoder \
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
        if prompt != nil, promptName != nil {
            throw ValidationError("--prompt and --prompt-name cannot both be given.")
        }
        if resume, overwrite { throw ValidationError("--resume and --overwrite cannot both be given.") }
    }
}
