import BatchRuns
import Foundation

extension ReportPage {
    /// Makes the page of a run's folder from its manifest.
    ///
    /// - Parameters:
    ///   - folder: The run's output folder, with `manifest.jsonl` in it.
    ///   - origin: The folder where relative paths of sounds in the manifest begin; by default the working folder.
    /// - Throws: `RunJournalError.unreadable` for a manifest that is missing or damaged.
    public init(of folder: RunFolder, soundsFrom origin: String = ".") throws {
        let here = AbsolutePath(folder: folder.path)
        let sounds = AbsolutePath(folder: origin)
        let name = here.parts.last.map { String(decoding: $0, as: UTF8.self) } ?? "pictures"
        self.init(
            title: name,
            items: try Manifest.read(contentsOf: folder.manifest).map { ReportItem($0, in: here, soundsFrom: sounds) },
            command: folder.command)
    }

    /// Writes the page into the run's folder. Throws what `init(of:soundsFrom:)` and `write(into:)` throw.
    public static func write(of folder: RunFolder, soundsFrom origin: String = ".") throws {
        try ReportPage(of: folder, soundsFrom: origin).write(
            into: URL(filePath: folder.path, directoryHint: .isDirectory))
    }
}
