import ArgumentParser
import Evaluation
import FilesOnDisk
import Foundation
import FuseMix
import SoundBridge

/// `fusemix-gen train`: trains a pair of adapters on the latents of two frozen encoders.
struct Train: AsyncParsableCommand, InterruptibleCommand {
    static let interruptPolicy = Interrupts.Policy.finishFirst

    static let configuration = CommandConfiguration(
        commandName: "train",
        abstract: "Trains a pair of adapters that brings the latents of two frozen encoders into one space.",
        usage: """
            fusemix-gen train --x <latents> --y <latents> [--pairs <tsv>] --output <folder> [<options>]
            fusemix-gen train --target tokens --model <folder|file> --texts <list> [--x <latents>] --output <folder> \
            [<options>]
            """,
        discussion: """
            FuseMix (arXiv 2312.10144): only two small adapters are trained, by contrasting mixed latents. \
            Settings come from --preset, options that are given stand over it. The component is written \
            when training ends; until then <folder>.training holds a checkpoint, which --resume goes on from.

              fusemix-gen train --x sounds.safetensors --y captions.safetensors --pairs pairs.tsv -o bridge
              fusemix-gen train --x images.npy --y texts.npy -o paper --preset paper

            --target tokens trains one adapter, onto the token states that the text encoder of a Stable Diffusion model makes \
            of texts, for --sound-as tokens (docs/bring-your-own.md).

              fusemix-gen train --target tokens --model sd --texts captions.tsv -o sd-tokens

            Ctrl-C finishes the step and saves the checkpoint; a second one stops at once. The same files, options \
            and thread count give the same bytes.

            Exit codes: 0 all done; 1 the training failed; 2 wrong usage; 130 or 143 interrupted.
            """)

    @OptionGroup(title: "Data and output") var data: TrainDataOptions
    @OptionGroup(title: "Tokens") var tokens: TrainTokenOptions
    @OptionGroup(title: "Adapters") var adapters: TrainAdapterOptions
    @OptionGroup(title: "Mixing") var mixing: TrainMixingOptions
    @OptionGroup(title: "Loss") var loss: TrainLossOptions
    @OptionGroup(title: "Optimiser") var optimiser: TrainOptimiserOptions
    @OptionGroup(title: "Validation") var validation: TrainValidationOptions
    @OptionGroup(title: "Run") var machine: TrainRunOptions
    @OptionGroup(title: "Messages") var messages: ReportOptions

    func validate() throws {
        guard tokens.target == .adapters else {
            try tokens.check(data, adapters, loss, validation)
            return
        }
        try tokens.checkAbsent()
        for (name, path) in [("--x <latents>", data.x), ("--y <latents>", data.y)] where path == nil {
            throw ValidationError("Missing expected argument '\(name)'")
        }
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
        let reporter = TrainReporter(
            machine, quiet: messages.quiet, selection: tokens.target == .tokens ? .similarity : validation.selectBy)
        if tokens.target == .tokens { return try await trainTokens(reporter) }
        let end = try await job().run(report: reporter.report, shouldStop: { Interrupts.requested != nil })
        switch end {
        case .written(let report):
            try Console.result(messages.json ? jsonLine(report, keys: .convertToSnakeCase) : report.line)
            return
        case .interrupted(let step, let checkpoint):
            note(interruptedAfter: step, checkpoint)
        case .abandoned: break
        }
        throw ExitCode(Interrupts.requested ?? EXIT_FAILURE)
    }

    private func trainTokens(_ reporter: sending TrainReporter) async throws {
        let task = try tokens.task(job())
        let end = try await task.run(report: reporter.report, shouldStop: { Interrupts.requested != nil })
        switch end {
        case .written(let report):
            try Console.result(messages.json ? jsonLine(report, keys: .convertToSnakeCase) : report.line)
        case .interrupted(let step, let checkpoint):
            note(interruptedAfter: step, checkpoint)
            throw ExitCode(Interrupts.requested ?? EXIT_FAILURE)
        }
    }

    private func note(interruptedAfter step: Int, _ checkpoint: URL) {
        guard !messages.quiet else { return }
        Console.note("Interrupted after step \(step); --resume goes on from \(checkpoint.relativePath).\n")
    }

    /// Returns the options as one value. Throws what reading a list of groups throws.
    private func job() throws -> TrainingJob {
        var job = TrainingJob(x: data.x ?? "", y: data.y ?? "", output: data.output, preset: adapters.preset)
        data.apply(to: &job)
        adapters.apply(to: &job)
        mixing.apply(to: &job.settings)
        loss.apply(to: &job.settings)
        optimiser.apply(to: &job.settings)
        try validation.apply(to: &job)
        machine.apply(to: &job)
        (job.program, job.arguments) = (
            "fusemix-gen \(Version.current)", ["fusemix-gen"] + CommandLine.arguments.dropFirst()
        )
        return job
    }
}

extension TrainingReport {
    /// The report as a line for people.
    fileprivate var line: String {
        let score = validation.map { score in
            String(
                format: "validation R@1 %.3f (x→y %.3f, y→x %.3f), mean R@1/5/10 %.3f", score.recall,
                score.recallXToY, score.recallYToX, score.meanRecall)
                + (score.classAccuracy.map { String(format: ", class accuracy %.3f", $0) } ?? "")
        }
        let origin =
            if let steps {
                bestStep.map { "step \($0) of \(steps)" } ?? "\(steps) steps"
            } else {
                strength.map { "strength \($0)" } ?? "closed form"
            }
        return "\(output.printable)  \(origin)  \(score ?? "no validation")  \(String(format: "%.1f", seconds)) s"
    }
}
