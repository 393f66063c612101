import FilesOnDisk
import Foundation

/// `manifest.jsonl`: the outcome of each picture of a batch, sorted by the bytes of `input`, then of `output`.
public enum Manifest {
    /// Writes the journal's entries for the plan's pictures, and the paths that the plan could not list, line by line.
    /// Pictures that the journal lacks are left out.
    ///
    /// - Throws: `AtomicFileError`, `RunJournalError`.
    public static func write(_ plan: RunPlan, from journal: RunJournal, to folder: RunFolder) throws {
        let encoder = JSONEncoder.ofLines
        try AtomicFile.write(to: folder.manifest, overwrite: true) { file in
            for line in sorted(plan, folder) {
                guard let entry = try line.entry(in: journal) else { continue }
                try encoder.line(entry).withUnsafeBytes(file.append)
            }
        }
    }

    /// Returns the entries of a manifest, in its order.
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

    /// A line to be written. All lines of a run are in memory at once, so each holds only what is needed to sort and
    /// find it.
    private struct Line {
        let input: String
        let output: String
        var unlisted: UnlistedPath?

        /// Returns the line's entry; nil where the journal lacks it.
        func entry(in journal: RunJournal) throws -> ManifestEntry? {
            if let unlisted {
                return ManifestEntry(input: input, output: nil, settings: nil, outcome: .failed("\(unlisted)"))
            }
            return try journal.completion(of: output)?.entry
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
