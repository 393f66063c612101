import Evaluation
import FilesOnDisk
import Foundation
import Retrieval

extension RetrievalReport {
    /// The report as people read it, lines under each other.
    var table: String {
        let directions = [
            ("\(x.name) → \(y.name)", evaluation.xToY), ("\(y.name) → \(x.name)", evaluation.yToX),
        ]
        var lines = directions.flatMap { name, metrics in
            ["\(name)   (\(metrics.queries) queries, \(metrics.candidates) candidates)"] + Self.rows(metrics)
        }
        lines.append("rsum          \(Self.cell(evaluation.rsum, scale: 1, digits: 1))")
        lines.append("Ties count \(evaluation.ties == .pessimistic ? "against" : "for") the query.")
        if evaluation.folds > 1 { lines.append("Figures are the means of \(evaluation.folds) folds.") }
        if x.unpaired + y.unpaired > 0 {
            lines.append("\(x.unpaired) rows of x and \(y.unpaired) of y are in no pair and stayed out.")
        }
        if let missing = dataset?.missingMedia, missing > 0 {
            lines.append("\(missing) media are missing and stayed out.")
        }
        if let skipped = dataset?.skipped, skipped > 0 {
            lines.append("\(skipped) media could not be decoded and stayed out.")
        }
        return lines.joined(separator: "\n")
    }

    /// A line of recalls both ways and rsum, for a table of several reports.
    func row(named name: String, width: Int) -> String {
        let recalls = [evaluation.xToY, evaluation.yToX].flatMap(\.recalls).map {
            String(format: "%7.1f", $0.share.value * 100)
        }
        return name.printable.padding(toLength: width, withPad: " ", startingAt: 0) + recalls.joined()
            + Self.cell(evaluation.rsum, scale: 1, digits: 1)
    }

    /// The title of such lines.
    func title(width: Int) -> String {
        let depths = [evaluation.xToY, evaluation.yToX].flatMap(\.recalls).map { recall in
            let name = "R@\(recall.depth)"
            return String(repeating: " ", count: max(1, 7 - name.count)) + name
        }
        let sides = "\(x.name) → \(y.name), then \(y.name) → \(x.name); rsum"
        return sides + "\n" + "adapters".padding(toLength: width, withPad: " ", startingAt: 0) + depths.joined()
            + "    rsum   [95 %]"
    }

    private static func rows(_ metrics: RetrievalMetrics) -> [String] {
        metrics.recalls.map { recall in
            "  \("R@\(recall.depth)".padding(toLength: 11, withPad: " ", startingAt: 0)) "
                + cell(recall.share, scale: 100, digits: 1)
        } + [
            "  median rank \(cell(metrics.medianRank, scale: 1, digits: 0))",
            "  mean rank   \(cell(metrics.meanRank, scale: 1, digits: 1))",
            "  MRR         \(cell(metrics.meanReciprocalRank, scale: 1, digits: 3))",
            "  mAP@10      \(cell(metrics.meanAveragePrecisionAt10, scale: 1, digits: 3))",
        ]
    }

    private static func cell(_ estimate: Estimate, scale: Double, digits: Int) -> String {
        estimate.text(scale: scale, digits: digits)
    }
}

extension Estimate {
    /// The value and its interval.
    func text(scale: Double = 1, digits: Int) -> String {
        let format = "%8.\(digits)f   [%.\(digits)f, %.\(digits)f]"
        return String(format: format, value * scale, low * scale, high * scale)
    }
}
