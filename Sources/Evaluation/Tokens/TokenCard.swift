import FilesOnDisk
import Foundation
import FuseMix
import SoundBridge

/// The card of trained tokens: what they are, how they were made, and their errors.
struct TokenCard {
    let task: TokenTrainingTask
    let form: TokenForm
    let component: AdapterComponent
    let outcome: TrainingOutcome
    let report: TokenTrainingReport

    func text() -> String {
        """
        # \(name(task.job.output))

        **What.** Token states for `--sound-as tokens`: an adapter of \(component.configuration.xEncoder)'s \
        \(component.configuration.x.inputSize) numbers to the \(form.shape) numbers that the text encoder of \
        \(name(task.model)) makes of “\(SoundPrompt.filled(SoundPrompt.usualTemplate, with: "…"))”.

        **Made by** \(task.job.program):

        ```sh
        \(command)
        ```

        **Data.** \(report.texts) texts; \(report.trainingPairs) pairs trained on, \(report.heldOutPairs) of other groups held out.

        **Settings**

        | setting | value |
        |---|---|
        | components of the code | \(report.components) |
        | mixed pairs a step | \(outcome.plan.batch) |
        | steps | \(outcome.steps) of \(outcome.plan.steps) |
        | learning rate | \(task.job.settings.learningRate) |
        | weight decay | \(task.job.settings.weightDecay) |
        | mixing | \(task.job.settings.mixing.rawValue) |
        | seed | \(task.job.settings.seed) |

        **Measured** \(measured)

        **Limits.** The tokens fit the text encoder that they were trained for alone, and say of a sound no more than the texts say.

        """
    }

    private var measured: String {
        guard let errors = report.errors else { return "nothing: no pairs were held out." }
        func figure(_ value: Double) -> String { String(format: "%.3f", value) }
        return """
            on the pairs held out, with the weights as they are stored: squared error of the states over that of the mean states \
            \(figure(errors.trained)); of the nearest text's states \(figure(errors.nearest)), of the best in the code \
            \(figure(errors.floor)).
            """
    }

    private func name(_ path: String) -> String { URL(filePath: path).lastPathComponent }

    /// The command line, with files named without their folders, which belong to one machine.
    private var command: String {
        task.job.arguments.map { word in (word.contains("/") ? name(word) : word).shellQuoted }.joined(separator: " ")
    }
}
