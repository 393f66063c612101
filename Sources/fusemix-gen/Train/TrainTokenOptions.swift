import ArgumentParser
import Evaluation
import FuseMix
import SoundBridge

/// The target of a training.
enum TrainTarget: String, ExpressibleByArgument, CaseIterable {
    /// Adapters into a space where two encoders meet.
    case adapters
    /// An adapter onto a text-to-image model's token states.
    case tokens
}

struct TrainTokenOptions: ParsableArguments {
    @Option(
        help: """
            What is trained: adapters of x and y; or tokens, from texts alone, or from latents of sounds (--x) beside them: one \
            adapter, by squared error, chosen by the pairs held out.
            """)
    var target = TrainTarget.adapters

    @Option(
        help: ArgumentHelp(
            "The Stable Diffusion model whose text encoder reads the texts, for --target tokens.",
            valueName: "folder|file"))
    var model: String?

    @Option(
        help: ArgumentHelp(
            """
            Texts for --target tokens: a .txt with one a line, or a .tsv whose header names text and, if wanted, id and group. \
            Each is read as the sound in “\(SoundPrompt.usualTemplate)”; --x has latents of the same ids, else --pairs tells.
            """, valueName: "list"))
    var texts: String?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Principal components of the states that an adapter is trained onto, 1 to 1024. (default: 128)",
            valueName: "count"))
    var components: Int?

    func validate() throws { try checkOption(components, TokenTrainingTask.componentCounts, "--components") }

    /// Throws for an option of tokens without them.
    func checkAbsent() throws {
        let names = given([("--model", model != nil), ("--texts", texts != nil), ("--components", components != nil)])
        if let name = names.first { throw ValidationError("\(name) has no meaning without --target tokens.") }
    }

    /// Throws for what is missing, and for what only pairs of adapters have.
    func check(
        _ data: TrainDataOptions, _ adapters: TrainAdapterOptions, _ loss: TrainLossOptions,
        _ validation: TrainValidationOptions
    ) throws {
        for (name, path) in [("--model", model), ("--texts", texts)] where path == nil {
            throw ValidationError("--target tokens needs \(name).")
        }
        let others =
            given([
                ("--y", data.y != nil), ("--method", adapters.method != .fusemix), ("--anchored", adapters.anchored),
                ("--output-size", adapters.outputSize != nil), ("--base", adapters.base != nil),
                ("--select-by", validation.selectBy != .recall),
            ]) + loss.forTraining
        if let name = others.first { throw ValidationError("\(name) has no meaning with --target tokens.") }
    }

    func task(_ job: TrainingJob) -> TokenTrainingTask {
        TokenTrainingTask(
            texts: texts ?? "", model: model ?? "", job: job,
            components: components ?? TokenTrainingTask.usualComponents)
    }
}

extension TokenTrainingReport {
    /// The report as a line for people.
    var line: String {
        let figures = errors.map { errors in
            String(
                format: "held-out error %.3f (mean tokens 1, nearest text %.3f, at best %.3f)", errors.trained,
                errors.nearest, errors.floor)
        }
        let origin = bestStep.map { "step \($0) of \(steps)" } ?? "\(steps) steps"
        return "\(output.printable)  \(origin)  \(figures ?? "nothing held out")  \(String(format: "%.1f", seconds)) s"
    }
}
