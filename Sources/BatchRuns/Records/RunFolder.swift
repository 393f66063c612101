import FilesOnDisk
import Foundation

/// The record files of a batch, in the folder of its pictures.
///
/// | file | contents |
/// |---|---|
/// | `manifest.jsonl` | one `ManifestEntry` per line; the result of a run |
/// | `timings.jsonl` | one `Timing` per line; the result does not depend on them |
/// | `.fusemix-gen/journal.jsonl` | the pictures settled so far (`RunJournal`) |
/// | `.fusemix-gen/command` | the command that made the pictures, for people; the result does not depend on it |
public struct RunFolder: Sendable, Equatable {
    public let path: String

    public init(_ path: String) { self.path = path }

    public var manifest: URL { file("manifest.jsonl") }
    public var timings: URL { file("timings.jsonl") }

    /// Returns the journal of a run, or of a named part of it.
    public func journal(_ name: String = "journal") -> URL { file(".fusemix-gen/\(name).jsonl") }

    /// The command that made the pictures, as a shell reads it; nil where it is not known.
    public var command: String? {
        (try? Data(contentsOf: commandFile)).flatMap { String(validating: $0, as: UTF8.self) }
    }

    /// Keeps the command that made the pictures. Throws `AtomicFileError`.
    public func keep(command: String) throws {
        try AtomicFile.write(Data(command.utf8), to: commandFile, overwrite: true)
    }

    private var commandFile: URL { file(".fusemix-gen/command") }

    /// Returns a picture's path in this folder's records: below the folder.
    public func name(of picture: RunPicture) -> String {
        let (whole, folder) = (picture.destination.name, FolderListing.join(path, ""))
        return whole.hasPrefix(folder) ? String(whole.dropFirst(folder.count)) : whole
    }

    /// Creates the folder, and a folder for the journal. Throws `OutputFolderError`.
    public func create() throws { try OutputFolder.create(journal().deletingLastPathComponent()) }

    private func file(_ name: String) -> URL {
        URL(filePath: path, directoryHint: .isDirectory).appending(path: name, directoryHint: .notDirectory)
    }
}
