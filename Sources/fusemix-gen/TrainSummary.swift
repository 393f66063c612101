import Foundation
import FuseMix

/// What `train` prints when it is done.
struct TrainSummary: Encodable {
    let output: String
    let steps: Int
    let bestStep: Int?
    let seconds: Double
    let temperature: Double
    let validation: ValidationScore?

    init(output: String, outcome: TrainingOutcome, score: ValidationScore?) {
        (self.output, steps, bestStep) = (output, outcome.steps, outcome.bestStep)
        (seconds, temperature, validation) = (outcome.seconds, outcome.temperature, score)
    }

    func text(json: Bool) throws -> String {
        if json {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
            encoder.keyEncodingStrategy = .convertToSnakeCase
            return String(decoding: try encoder.encode(self), as: UTF8.self)
        }
        let score = validation.map { score in
            String(
                format: "validation R@1 %.3f (x→y %.3f, y→x %.3f), class accuracy %.3f", score.recall,
                score.recallXToY, score.recallYToX, score.classAccuracy)
        }
        let best = bestStep.map { "step \($0) of \(steps)" } ?? "\(steps) steps"
        return "\(output.printable)  \(best)  \(score ?? "no validation")  \(String(format: "%.1f", seconds)) s"
    }
}
