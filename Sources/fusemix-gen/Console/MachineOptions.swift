import ArgumentParser
import BatchRuns
import Evaluation
import Foundation
import FrozenEncoders
import SoundBridge

/// Precision of the networks; `auto` leaves it to the processor.
enum PrecisionChoice: String, ExpressibleByArgument, CaseIterable {
    case auto, f32, bf16

    var precision: Precision {
        switch self {
        case .auto: .automatic
        case .f32: .float32
        case .bf16: .bfloat16
        }
    }
}

struct MachineOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            """
            Name of a model, or path of its folder; names are looked for in $FUSEMIX_MODELS, among the models that were \
            added (fusemix-gen models add), then in the installation. To generate, also a Stable Diffusion model: a folder \
            of diffusers or a single .safetensors or .ckpt of SD 1.x, 2.x or XL.
            """,
            valueName: "name|path"))
    var model = "default"

    @Option(help: "Precision of matrix products; auto is bf16 where the processor has it.")
    var precision = PrecisionChoice.auto

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Threads to compute with, 1 to 1024; more help on an idle machine only. (default: $OMP_NUM_THREADS, else 1)",
            valueName: "count"))
    var threads: Int?

    func validate() throws { try checkOption(threads, ThreadCount.range, "--threads") }

    /// Number of threads for the networks.
    var threadCount: Int { threads ?? ThreadCount.inEnvironment ?? 1 }

    /// Opens the model that these options name, with the thread count set. Throws `ModelError`.
    func openModel(_ checkpoint: CheckpointOptions, _ hearing: HearingOptions) throws -> OpenModel {
        if let threads { ComputeActor.thread.setThreadCount(threads) }
        return try OpenModel(
            named: model, precision: precision.precision, options: checkpoint.options(),
            audioEncoder: hearing.audioEncoder)
    }

    /// Returns components with the model that these options name, opened on demand, with the thread count set.
    ///
    /// - Parameter isStrict: whether items that there is a warning of count as unreadable.
    func components(isStrict: Bool = false) -> Components {
        if let threads { ComputeActor.thread.setThreadCount(threads) }
        return Components(
            model: model, precision: precision.precision,
            encoders: EncoderLoader(warnings: .onConsole(isStrict: isStrict)))
    }
}
