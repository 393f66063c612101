import FilesOnDisk
import Foundation

/// `manifest.jsonl`: the outcome of each picture of a batch, sorted by the bytes of `input`, then of `output`.
public enum Manifest {
    /// Writes the journal's entries for the plan's pictures, the paths that the plan could not list or has passed over, and
    /// what earlier runs have left in the folder, line by line. Pictures of the plan that the journal lacks are left out.
    ///
    /// - Throws: `AtomicFileError`, `RunJournalError`.
    public static func write(_ plan: RunPlan, from journal: RunJournal, to folder: RunFolder) throws {
        let encoder = JSONEncoder.ofLines
        try AtomicFile.write(to: folder.manifest, overwrite: true) { file in
            for line in try sorted(plan, journal, folder) {
                try encoder.line(line.entry(in: journal)).withUnsafeBytes(file.append)
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
        enum Content {
            case unlisted(UnlistedPath)
            case passedOver(PassedOver)
            /// Position in the journal.
            case settled(Range<Int>)
        }

        let input: String
        let output: String
        let content: Content

        func entry(in journal: RunJournal) throws -> ManifestEntry {
            switch content {
            case .unlisted(let path):
                ManifestEntry(input: input, output: nil, settings: nil, outcome: .failed("\(path)"))
            case .passedOver(let path):
                ManifestEntry(input: input, output: nil, settings: nil, outcome: .passedOver(path.reason))
            case .settled(let place):
                try journal.completion(at: place).entry
            }
        }

        func precedes(_ other: Line) -> Bool {
            let (mine, others) = (input.utf8, other.input.utf8)
            return mine.elementsEqual(others)
                ? output.utf8.lexicographicallyPrecedes(other.output.utf8) : mine.lexicographicallyPrecedes(others)
        }
    }

    private static func sorted(_ plan: RunPlan, _ journal: RunJournal, _ folder: RunFolder) throws -> [Line] {
        var lines = plan.unlisted.map { Line(input: $0.path, output: "", content: .unlisted($0)) }
        lines += plan.passedOver.map { Line(input: $0.path, output: "", content: .passedOver($0)) }
        lines.reserveCapacity(lines.count + plan.pictureCount)
        var planned: Set<Int> = []
        for (item, picture) in plan.items.lazy.flatMap(\.tasks) {
            let output = folder.name(of: picture)
            guard let place = journal.place(of: output, from: item.source.name) else { continue }
            planned.insert(place.lowerBound)
            lines.append(Line(input: item.source.name ?? "", output: output, content: .settled(place)))
        }
        for place in journal.places where !planned.contains(place.lowerBound) {
            let entry = try journal.completion(at: place).entry
            guard entry.isStillTrue(in: folder) else { continue }
            lines.append(Line(input: entry.input ?? "", output: entry.output ?? "", content: .settled(place)))
        }
        lines.sort { $0.precedes($1) }
        return lines
    }
}

extension ManifestEntry {
    /// Whether an earlier run's entry still tells something: of a picture that is there, or a sound that failed and is
    /// still there to try again.
    fileprivate func isStillTrue(in folder: RunFolder) -> Bool {
        let path = outcome.status == .failed ? input : output.map { FolderListing.join(folder.path, $0) }
        return path.map(FileManager.default.fileExists(atPath:)) ?? false
    }
}
