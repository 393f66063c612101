import Evaluation
import FilesOnDisk
import Foundation

extension GenerationReport {
    /// The report as people read it, lines under each other.
    var table: String {
        let recognition = evaluation.recognition
        var lines = [
            Self.caveat, "\(source)   (\(recognition.items) pictures, \(evaluation.concepts.count) concepts)",
            "  top-1         \(recognition.top1.text(scale: 100, digits: 1))\(ceiling(\.top1))",
            "  top-5         \(recognition.top5.text(scale: 100, digits: 1))\(ceiling(\.top5))",
            "  diversity     \(Self.number(evaluation.diversity.mean, digits: 2))   \(diverseConcepts)",
        ]
        lines += copyingLines
        lines.append("  Fréchet       \(Self.number(evaluation.frechet?.value, digits: 1))")
        for (name, share) in [
            ("AIS", evaluation.similarities.audioImage), ("IIS", evaluation.similarities.imageImage),
            ("AIC", evaluation.similarities.content),
        ] {
            lines.append("  \(name)           \(Self.number(share, scale: 100, digits: 1))")
        }
        return (lines + conceptLines).joined(separator: "\n")
    }

    private var copyingLines: [String] {
        let copying = evaluation.copying
        let share = "  copies        \(Self.number(copying?.share, scale: 100, digits: 1))"
        guard let copying else { return [share] }
        let rule = String(format: "   nearer than %.3f to a training picture", copying.threshold)
        guard let calibration = copying.calibration else { return [share + rule] }
        let real = String(format: "; real pictures never trained on: %.1f", calibration.shareOfReal * 100)
        let calibrated = "  calibrated    \(Self.number(calibration.share, scale: 100, digits: 1))"
        let limit = String(format: "   nearer than %.3f; real pictures never trained on: 5", calibration.threshold)
        return [share + rule + real, calibrated + limit]
    }

    private var conceptLines: [String] {
        let width = max(7, evaluation.concepts.map(\.concept.count).max() ?? 0)
        let header = "concept".padding(toLength: width, withPad: " ", startingAt: 0)
        return ["\(header)  pictures   top-1   top-5  diversity  copies  mistaken for"]
            + evaluation.concepts.map { row in
                let name = row.concept.printable.padding(toLength: width, withPad: " ", startingAt: 0)
                let shares = String(format: "  %8d  %6.1f  %6.1f", row.generated, row.top1 * 100, row.top5 * 100)
                let diversity = "   " + Self.number(row.diversity, digits: 2)
                let copies = row.copies.map { String(format: "  %6d", $0) } ?? "       –"
                return name + shares + diversity + copies + (row.mistakenFor.map { "  \($0.printable)" } ?? "")
            }
    }

    private func ceiling(_ share: KeyPath<ProbeCeiling, Double>) -> String {
        evaluation.ceiling.map { String(format: "   real pictures of unseen sources: %.1f", $0[keyPath: share] * 100) }
            ?? ""
    }

    private var diverseConcepts: String {
        "\(evaluation.diversity.atLeastHalf) of \(evaluation.diversity.concepts) concepts at least 0.5"
    }

    private static func number(_ value: Double?, scale: Double = 1, digits: Int) -> String {
        value.map { String(format: "%8.\(digits)f", $0 * scale) } ?? "       –"
    }
}
