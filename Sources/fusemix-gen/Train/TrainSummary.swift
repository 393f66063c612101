import FilesOnDisk
import Foundation
import FuseMix

/// What `train` prints when it is done.
struct TrainSummary: Encodable {
    let output: String
    let seconds: Double
    let validation: ValidationScore?
    /// Of a training.
    let steps: Int?
    let bestStep: Int?
    let temperature: Double?
    /// Of a closed form.
    let strength: Double?

    init(output: String, result: TrainResult) {
        (self.output, seconds, validation) = (output, result.seconds, result.score)
        switch result.origin {
        case .trained(let outcome):
            (steps, bestStep, temperature, strength) = (outcome.steps, outcome.bestStep, outcome.temperature, nil)
        case .solved(let fit): (steps, bestStep, temperature, strength) = (nil, nil, nil, fit.strength)
        }
    }

    func text(json: Bool) throws -> String {
        if json {
            let encoder = JSONEncoder.ofLines
            encoder.keyEncodingStrategy = .convertToSnakeCase
            return String(decoding: try encoder.encode(self), as: UTF8.self)
        }
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
