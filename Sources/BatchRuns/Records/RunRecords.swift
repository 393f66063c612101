import FilesOnDisk
import Foundation
import SoundBridge

/// The records of a batch while it runs.
public final class RunRecords: Sendable {
    public let folder: RunFolder
    public let journal: RunJournal
    /// Whether the run goes on with the last one, and makes nothing again that is whole.
    let isResuming: Bool
    private let timings: LineFile

    /// Creates the folder and opens its journal; no other run can until this object ends. What earlier runs have
    /// recorded stays.
    ///
    /// - Parameter resuming: Whether the last run is to be gone on with.
    /// - Throws: `OutputFolderError`, `RunJournalError`.
    public convenience init(_ folder: RunFolder, _ header: RunHeader, resuming: Bool) throws {
        try folder.create()
        let journal = try RunJournal(at: folder.journal(), header, resuming: resuming)
        try self.init(folder, journal, timings: folder.timings, resuming: resuming)
    }

    /// Keeps the records of a part of a run, in places of their own. Throws `RunJournalError`.
    public init(_ folder: RunFolder, _ journal: RunJournal, timings: URL, resuming: Bool) throws {
        (self.folder, self.journal, isResuming) = (folder, journal, resuming)
        self.timings = try LineFile(at: timings)
    }

    /// Returns the picture's completion from a run with this run's settings. Throws `RunJournalError`, `.otherSettings`
    /// where a resumed run made the picture from another input or with other settings.
    func completion(of picture: RunPicture, _ item: RunItem) throws -> Completion? {
        let name = folder.name(of: picture)
        let place = journal.place(of: name, from: item.source.name) ?? journal.placeOfDone(name)
        guard let place, journal.isOwn(place) else { return nil }
        let completion = try journal.completion(at: place)
        let isTheSame =
            item.isOf(completion.entry.input)
            && completion.entry.settings.map(item.settings(of: picture).mayBecome) == true
        // What a skipped picture's file says of itself need not be what was planned.
        if isTheSame || completion.file == nil { return completion }
        guard isResuming else { return nil }
        throw RunJournalError.otherSettings(
            file: journal.path, difference: "\(name) was made of another sound, or with settings of its own")
    }

    /// Records a picture that failed. Throws `RunJournalError.unwritable`.
    func add(failure: String, _ picture: RunPicture, of item: RunItem) throws {
        try journal.append(Completion(entry(.failed(failure), picture, of: item)))
    }

    /// Records a picture that was there before. What is known of it stays known: from the journal, else from its file.
    /// Throws `RunJournalError`.
    func addSkipped(_ picture: RunPicture, of item: RunItem) throws {
        let (name, path) = (folder.name(of: picture), picture.destination.name)
        if let place = journal.placeOfDone(name) {
            let earlier = try journal.completion(at: place)
            if item.isOf(earlier.entry.input), earlier.isTrustworthy(at: path) { return }
        }
        let record = try? PictureRecord(pngContentsOf: URL(filePath: path, directoryHint: .notDirectory))
        try journal.append(Completion(entry(.skipped(record?.ofSound(item.source.name)), picture, of: item)))
    }

    /// Records a picture whose file is about to get its final name. Throws `RunJournalError.unwritable`.
    func add(_ record: PictureRecord, _ file: FileDigest, _ picture: RunPicture, of item: RunItem) throws {
        var record = record
        record.output = folder.name(of: picture)
        try journal.append(Completion(entry(.done(record), picture, of: item), file: file))
    }

    /// Records the time that a picture took. Throws `RunJournalError.unwritable`.
    func add(_ seconds: StageSeconds, _ picture: RunPicture) throws {
        let timing = Timing(output: folder.name(of: picture), threads: journal.header.threads, seconds: seconds)
        try timings.append(JSONEncoder.ofLines.encode(timing), synchronized: false)
    }

    private func entry(_ outcome: ManifestEntry.Outcome, _ picture: RunPicture, of item: RunItem) -> ManifestEntry {
        ManifestEntry(
            input: item.source.name, output: folder.name(of: picture), settings: item.settings(of: picture),
            outcome: outcome)
    }
}

extension PictureRecord {
    /// Returns the record that a picture's file carries if it is of this sound, as far as names without folders tell.
    fileprivate func ofSound(_ name: String?) -> PictureRecord? {
        func file(_ path: String?) -> String? { path.map { URL(filePath: $0).lastPathComponent } }
        return file(input) == file(name) ? self : nil
    }
}

/// A line of a `RunJournal`: the outcome of a picture, and the digest that tells its file from a broken or different
/// one.
public struct Completion: Sendable, Codable, Equatable {
    public let entry: ManifestEntry
    /// Digest of the file that was written; nil unless the entry is done.
    public let file: FileDigest?

    public init(_ entry: ManifestEntry, file: FileDigest? = nil) {
        (self.entry, self.file) = (entry, file)
    }

    /// Whether the picture need not be made again: it was made, and its file is there, whole and unchanged.
    ///
    /// - Parameter path: the picture's path.
    public func isTrustworthy(at path: String) -> Bool {
        guard case .done = entry.outcome, let file else { return false }
        return FileDigest(ofFile: path) == file
    }
}

/// A file's length and the FNV-1a checksum of its contents.
public struct FileDigest: Sendable, Codable, Equatable {
    public let bytes: Int
    public let checksum: UInt64

    public init(of data: Data) {
        bytes = data.count
        checksum = data.withUnsafeBytes { FNV1a.hash($0) }
    }

    /// Reads a file; nil where there is none, or it cannot be read.
    init?(ofFile path: String) {
        guard let data = try? Data(contentsOf: URL(filePath: path)) else { return nil }
        self.init(of: data)
    }
}
