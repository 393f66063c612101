import FilesOnDisk
import Foundation
import FuseMix
import SoundBridge
import TensorCore

/// The card that `train` writes into a component: what it is, how it was made and what it was measured to do.
struct TrainCard {
    let options: Train
    let settings: TrainingSettings
    let data: TrainData
    let result: TrainResult

    func text() throws -> String {
        """
        # \(URL(filePath: options.data.output).lastPathComponent)

        **What.** \(summary)

        **Made by** fusemix-gen \(Version.current):

        ```sh
        \(command)
        ```

        **Data**

        | file | sha256 |
        |---|---|
        \(try files())

        \(data.split.training.count) pairs trained on, \(data.split.validation.count) of other groups held out for \
        validation.

        **Adapters**

        | side | encoder | latents | form |
        |---|---|---|---|
        | x | \(adapters.xEncoder) | \(adapters.x.inputSize) | \(Self.form(adapters.x)) |
        | y | \(adapters.yEncoder) | \(adapters.y.inputSize) | \(Self.form(adapters.y)) |

        **Settings**

        \(table)

        **Measured** \(measured)

        **Limits.** The figures hold for pairs like those held out; what the encoders do not tell apart, the adapters \
        cannot.

        """
    }

    private var adapters: AdapterConfiguration { result.component.configuration }

    private var summary: String {
        let space = "a space of \(adapters.outputSize) channels, rows of length 1"
        return adapters.y.kind == .identity
            ? "An adapter of \(adapters.xEncoder)'s latents into \(adapters.yEncoder)'s, \(space)."
            : "Adapters of \(adapters.xEncoder)'s and \(adapters.yEncoder)'s latents into one space: \(space)."
    }

    /// The command line, files without their folders: those are of one machine.
    private var command: String {
        let words = CommandLine.arguments.dropFirst().map { word in
            word.contains("/") ? URL(filePath: word).lastPathComponent : word
        }
        return (["fusemix-gen"] + words.map(\.shellQuoted)).joined(separator: " ")
    }

    private func files() throws -> String {
        try data.files.map { path in
            let url = URL(filePath: path)
            guard let sum = Checksums.sha256(of: url) else {
                throw TrainingError.unwritable(file: "README.md", reason: "\(path) can no longer be read")
            }
            return "| \(url.lastPathComponent) | \(sum) |"
        }.joined(separator: "\n")
    }

    private static func form(_ tower: TowerConfiguration) -> String {
        let form =
            switch tower.kind {
            case .identity: "the latents themselves"
            case .linear: "a linear map"
            case .fusemix(let form):
                "width \(form.width), expansion \(form.expansion), \(form.blocks) blocks, dropout \(form.dropout)"
            }
        let base = tower.base.map { "; corrects a base of \($0.count) scores to the power \($0.power)" }
        return form + (base ?? "")
    }

    private var table: String {
        let rows: [(String, String)] =
            switch result.origin {
            case .trained(let outcome): rows(of: outcome)
            case .solved(let fit):
                [("method", options.adapters.method.rawValue), ("strength", fit.strength.map { "\($0)" } ?? "none")]
            }
        return "| setting | value |\n|---|---|\n" + rows.map { "| \($0.0) | \($0.1) |" }.joined(separator: "\n")
    }

    private func rows(of outcome: TrainingOutcome) -> [(String, String)] {
        let plan = outcome.plan
        return [
            ("mixed pairs a step", "\(plan.batch)"), ("epochs", "\(plan.epochs)"),
            ("steps", "\(outcome.steps) of \(plan.steps), \(plan.warmupSteps) of them warm-up"),
            ("learning rate", "\(settings.learningRate), floor \(settings.learningRateFloor)"),
            ("AdamW", "betas \(settings.beta1) and \(settings.beta2), weight decay \(settings.weightDecay)"),
            ("running average", "\(settings.averageDecay)"),
            ("mixing", mixing), ("latent noise", "\(settings.latentNoise)"),
            ("loss", "\(settings.loss.rawValue), positives \(settings.positives.rawValue)"),
            ("temperature", "\(settings.temperature) at first, \(Self.rounded(outcome.temperature)) at last"),
            ("latents standardized", settings.standardizes ? "yes" : "no"),
            ("correction penalty", "\(settings.correctionPenalty)"),
            ("structure weight", "\(settings.structureWeight)"), ("seed", "\(settings.seed)"),
        ]
    }

    private var mixing: String {
        guard settings.mixing != .none else { return "none" }
        let each = settings.mixesEachPair ? "a weight for each pair" : "one weight a step"
        let unmixed = settings.addsUnmixed ? ", unmixed pairs beside" : ""
        return "\(settings.mixing.rawValue), Beta(\(settings.mixingAlpha), \(settings.mixingAlpha)), \(each)\(unmixed)"
    }

    private var measured: String {
        guard let score = result.score else { return "nothing: no pairs were held out." }
        let step = if case .trained(let outcome) = result.origin { outcome.bestStep } else { Int?.none }
        let best = step.map { " Chosen at step \($0) by \(settings.selection.title)." } ?? ""
        let classes = score.classAccuracy.map { ", nearest y of all of the right group \(Self.rounded($0))" } ?? ""
        return """
            on the pairs held out, with the weights as they are stored: R@1 \(Self.rounded(score.recall)) \
            (x→y \(Self.rounded(score.recallXToY)), y→x \(Self.rounded(score.recallYToX))), mean of R@1, R@5 \
            and R@10 \(Self.rounded(score.meanRecall))\(classes).\(best)
            """
    }

    private static func rounded(_ value: Double) -> String { String(format: "%.4f", value) }
}
