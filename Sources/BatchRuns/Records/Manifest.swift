import FilesOnDisk
import Foundation

/// `manifest.jsonl`: what became of each picture of a batch, sorted by the bytes of `input`, then of `output`.
public enum Manifest {
    /// Writes what the journals say of the plan's pictures, and what the plan could not list, line by line.
    ///
    /// - Parameter journals: of the run, or of its parts.
    /// - Returns: How many pictures of the plan no journal has.
    /// - Throws: `AtomicFileError`, `RunJournalError`.
    @discardableResult
    public static func write(_ plan: RunPlan, from journals: [RunJournal], to folder: RunFolder) throws -> Int {
        var missing = 0
        try AtomicFile.write(to: folder.manifest, overwrite: true) { file in
            for line in sorted(plan, folder) {
                guard let entry = try line.entry(in: journals) else {
                    missing += 1
                    continue
                }
                try JSONEncoder.ofLines.line(entry).withUnsafeBytes(file.append)
            }
        }
        return missing
    }

    /// The entries of a manifest, in its order.
    /// Throws `RunJournalError.unreadable`, naming the first line that is no entry.
    public static func read(contentsOf url: URL) throws -> [ManifestEntry] {
        let decoder = JSONDecoder()
        var entries: [ManifestEntry] = []
        try LineFile(reading: url).forEachLine { _, line in
            guard let entry = try? decoder.decode(ManifestEntry.self, from: line) else {
                throw RunJournalError.unreadable(
                    file: url.relativePath, reason: "line \(entries.count + 1) is no entry of a manifest")
            }
            entries.append(entry)
        }
        return entries
    }

    /// A line to be. Of a run of any length all are held at once, so they hold no more than what sorts and finds them.
    private struct Line {
        let input: String
        let output: String
        var unlisted: UnlistedPath?

        /// Nil where no journal has it.
        func entry(in journals: [RunJournal]) throws -> ManifestEntry? {
            if let unlisted {
                return ManifestEntry(input: input, output: nil, settings: nil, outcome: .failed("\(unlisted)"))
            }
            for journal in journals {
                if let completion = try journal.completion(of: output) { return completion.entry }
            }
            return nil
        }

        func precedes(_ other: Line) -> Bool {
            let (mine, others) = (input.utf8, other.input.utf8)
            return mine.elementsEqual(others)
                ? output.utf8.lexicographicallyPrecedes(other.output.utf8) : mine.lexicographicallyPrecedes(others)
        }
    }

    private static func sorted(_ plan: RunPlan, _ folder: RunFolder) -> [Line] {
        var lines = plan.unlisted.map { Line(input: $0.path, output: "", unlisted: $0) }
        lines.reserveCapacity(lines.count + plan.pictureCount)
        for item in plan.items {
            lines += item.pictures.lazy.map { Line(input: item.source.name ?? "", output: folder.name(of: $0)) }
        }
        lines.sort { $0.precedes($1) }
        return lines
    }
}
