import ArgumentParser
import FuseMix

/// `fusemix-gen train`: a pair of adapters from the latents of two frozen encoders.
struct Train: AsyncParsableCommand, InterruptibleCommand {
    static let interruptPolicy = Interrupts.Policy.finishFirst

    static let configuration = CommandConfiguration(
        commandName: "train",
        abstract: "Trains a pair of adapters that brings the latents of two frozen encoders into one space.",
        usage: """
            fusemix-gen train --x <latents> --y <latents> [--pairs <tsv>] --output <folder> [<options>]
            """,
        discussion: """
            FuseMix (arXiv 2312.10144): only two small adapters are trained, by contrasting mixed latents. \
            Settings come from --preset, options that are given stand over it. The component is written \
            when training ends; until then <folder>.training holds a checkpoint, which --resume goes on from.

              fusemix-gen train --x sounds.safetensors --y captions.safetensors --pairs pairs.tsv -o bridge
              fusemix-gen train --x images.npy --y texts.npy -o paper --preset paper

            Ctrl-C finishes the step and saves the checkpoint; a second one stops at once. The same files, options \
            and thread count give the same bytes.

            Exit codes: 0 all done; 1 the training failed; 2 wrong usage; 130 or 143 interrupted.
            """)

    @OptionGroup(title: "Data and output") var data: TrainDataOptions
    @OptionGroup(title: "Adapters") var adapters: TrainAdapterOptions
    @OptionGroup(title: "Mixing") var mixing: TrainMixingOptions
    @OptionGroup(title: "Loss") var loss: TrainLossOptions
    @OptionGroup(title: "Optimiser") var optimiser: TrainOptimiserOptions
    @OptionGroup(title: "Validation") var validation: TrainValidationOptions
    @OptionGroup(title: "Run") var machine: TrainRunOptions
    @OptionGroup(title: "Messages") var messages: ReportOptions

    func validate() throws {
        if loss.loss == .cosine, !adapters.anchored {
            throw ValidationError("--loss cosine needs --anchored: two sides that both move would meet in one point.")
        }
        let forTraining =
            adapters.forTraining + mixing.forTraining + loss.forTraining + optimiser.forTraining
            + validation.forTraining + machine.forTraining
        if adapters.method != .fusemix, let name = forTraining.first {
            throw ValidationError("\(name) has no meaning with --method \(adapters.method.rawValue).")
        }
    }

    func run() async throws {
        try await TrainRun(self).run()
    }
}
