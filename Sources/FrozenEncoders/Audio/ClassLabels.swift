import FilesOnDisk
import Foundation

/// The names of a tagger's classes in a component: a line each in `labels.txt`, in the order of the scores.
enum ClassLabels {
    /// Throws `FileContentError` for other lines than `count`.
    static func read(in folder: URL, count: Int) throws -> [String] {
        let url = folder.appending(path: "labels.txt")
        let labels = try TextFile.lines(at: url)
        guard labels.count == count else {
            throw FileContentError.unsuitable(
                file: url.path(percentEncoded: false), found: "\(labels.count) lines",
                expected: "the \(count) class names that config.json counts")
        }
        return labels
    }
}
