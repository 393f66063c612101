import Evaluation
import FilesOnDisk
import Foundation
import Retrieval

extension ZeroShotReport {
    /// The report as people read it, lines under each other.
    var table: String {
        var lines = ["\(bridge)   (\(metrics.items) items, \(metrics.classes) classes)"] + metrics.rows
        if let baseline {
            lines += ["\(baseline.bridge)   (baseline)"] + baseline.metrics.rows
            lines.append("difference in top-1\(baseline.difference.text(scale: 100, digits: 1))")
        }
        if skipped > 0 { lines.append("\(skipped) files could not be decoded and stayed out.") }
        let width = metrics.perClass.map(\.label.count).max() ?? 0
        lines.append("class\(String(repeating: " ", count: max(0, width - 3)))  items  recall  mistaken for")
        lines += metrics.perClass.map { row in
            let label = row.label.printable.padding(toLength: max(width, 5), withPad: " ", startingAt: 0)
            let mistaken = row.mistakenFor.map { "  \($0.printable)" } ?? ""
            return label + String(format: "  %5d  %6.1f", row.items, row.recall * 100) + mistaken
        }
        return lines.joined(separator: "\n")
    }
}

extension ClassificationMetrics {
    /// The accuracies, a line each.
    var rows: [String] {
        [
            "  top-1          \(top1.text(scale: 100, digits: 1))",
            "  top-5          \(top5.text(scale: 100, digits: 1))",
            "  mean per class \(meanPerClass.text(scale: 100, digits: 1))",
        ]
    }
}
