import FilesOnDisk
import Foundation

/// The card of an adapters component: its description, how it was made and its measured scores.
struct AdapterCard {
    let job: TrainingJob
    let data: TrainingData
    let made: MadeAdapters

    func text() throws -> String {
        """
        # \(URL(filePath: job.output).lastPathComponent)

        **What.** \(summary)

        **Made by** \(job.program):

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
        cannot.\(warnings)

        """
    }

    private var warnings: String { made.warnings.map { " \($0)" }.joined() }

    private var adapters: AdapterConfiguration { made.component.configuration }

    private var summary: String {
        let space = "a space of \(adapters.outputSize) channels, rows of length 1"
        return adapters.y.kind == .identity
            ? "An adapter of \(adapters.xEncoder)'s latents into \(adapters.yEncoder)'s, \(space)."
            : "Adapters of \(adapters.xEncoder)'s and \(adapters.yEncoder)'s latents into one space: \(space)."
    }

    /// The command line, with files named without their folders, which belong to one machine.
    private var command: String {
        job.arguments.map { word in
            (word.contains("/") ? URL(filePath: word).lastPathComponent : word).shellQuoted
        }.joined(separator: " ")
    }

    private func files() throws -> String {
        try data.files.map { path in
            let url = URL(filePath: path)
            guard let sum = SHA256.sum(ofFile: url) else {
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
        let base = tower.base.map { base in
            let query = base.gain.map { ", its output a query over their vectors (gain \($0))" } ?? ""
            return "; corrects a base of \(base.count) scores to the power \(base.power)\(query)"
        }
        return form + (base ?? "")
    }

    private var table: String {
        let rows: [(String, String)] =
            switch made.origin {
            case .trained(let outcome): rows(of: outcome)
            case .solved(let method, let fit):
                [("method", method.rawValue), ("strength", fit.strength.map { "\($0)" } ?? "none")]
            }
        return "| setting | value |\n|---|---|\n" + rows.map { "| \($0.0) | \($0.1) |" }.joined(separator: "\n")
    }

    private func rows(of outcome: TrainingOutcome) -> [(String, String)] {
        let (plan, settings) = (outcome.plan, job.settings)
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
        let settings = job.settings
        guard settings.mixing != .none else { return "none" }
        let each = settings.mixesEachPair ? "a weight for each pair" : "one weight a step"
        let unmixed = settings.addsUnmixed ? ", unmixed pairs beside" : ""
        return "\(settings.mixing.rawValue), Beta(\(settings.mixingAlpha), \(settings.mixingAlpha)), \(each)\(unmixed)"
    }

    private var measured: String {
        guard let score = made.score else { return "nothing: no pairs were held out." }
        let step = if case .trained(let outcome) = made.origin { outcome.bestStep } else { Int?.none }
        let best = step.map { " Chosen at step \($0) by \(job.settings.selection.title)." } ?? ""
        let classes = score.classAccuracy.map { ", nearest y of all of the right group \(Self.rounded($0))" } ?? ""
        return """
            on the pairs held out, with the weights as they are stored: R@1 \(Self.rounded(score.recall)) \
            (x→y \(Self.rounded(score.recallXToY)), y→x \(Self.rounded(score.recallYToX))), mean of R@1, R@5 \
            and R@10 \(Self.rounded(score.meanRecall))\(classes).\(best)
            """
    }

    private static func rounded(_ value: Double) -> String { String(format: "%.4f", value) }
}
