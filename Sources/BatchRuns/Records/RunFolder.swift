import FilesOnDisk
import Foundation

/// Where a batch keeps its records, in the folder that its pictures go to.
///
/// | file | what |
/// |---|---|
/// | `manifest.jsonl` | a `ManifestEntry` a line; the result of a run |
/// | `timings.jsonl` | a `Timing` a line; what the result does not depend on |
/// | `.fusemix-gen/journal.jsonl` | what is settled so far (`RunJournal`) |
public struct RunFolder: Sendable, Equatable {
    public let path: String

    public init(_ path: String) { self.path = path }

    public var manifest: URL { file("manifest.jsonl") }
    public var timings: URL { file("timings.jsonl") }

    /// The journal of a run, or of a part of it that has a name of its own.
    public func journal(_ name: String = "journal") -> URL { file(".fusemix-gen/\(name).jsonl") }

    /// A picture's path as records of this folder give it: below the folder.
    public func name(of picture: RunPicture) -> String {
        let (whole, folder) = (picture.destination.name, FolderListing.join(path, ""))
        return whole.hasPrefix(folder) ? String(whole.dropFirst(folder.count)) : whole
    }

    /// Creates it and what the records need. Throws `OutputFolderError`.
    public func create() throws { try OutputFolder.create(journal().deletingLastPathComponent()) }

    private func file(_ name: String) -> URL {
        URL(filePath: path, directoryHint: .isDirectory).appending(path: name, directoryHint: .notDirectory)
    }
}
