import FilesOnDisk
import Foundation
import Synchronization

/// The journal of a folder's runs, kept picture by picture so that an interrupted run can resume: a line with the
/// `RunHeader` of a run, then one `Completion` per line. A run with other settings begins with a header of its own; what
/// earlier runs have made stays known. `JournalIndex` says which line about a picture counts.
///
/// A picture's line is on the disk before its file has its name. So a line without a file means that the picture must
/// be made again, and a file without a line does not belong to any run.
///
/// Only the positions of lines are held in memory.
public final class RunJournal: Sendable {
    /// The header of the last run.
    public let header: RunHeader
    private let file: LineFile
    /// Where the lines of the last run begin; nil before its first, which comes after its header, so that a run that makes
    /// nothing leaves no trace.
    private let ownStart: Mutex<Int?>
    private let index: Mutex<JournalIndex>

    /// Opens the journal for a run; no other run can until this object ends.
    ///
    /// - Parameter resuming: Whether the last run is to be gone on with, which must have the same header.
    /// - Throws: `RunJournalError`, `.otherSettings` where the resumed run has another header.
    public init(at url: URL, _ header: RunHeader, resuming: Bool) throws {
        self.header = header
        file = try LineFile(at: url)
        let contents = try Contents(of: file)
        index = Mutex(contents.index)
        if let earlier = contents.header, earlier == header {
            ownStart = Mutex(contents.headerPlace)
            return
        }
        if resuming, let difference = contents.header?.difference(from: header) {
            throw RunJournalError.otherSettings(file: url.relativePath, difference: difference)
        }
        ownStart = Mutex(nil)
        if contents.header == nil { try begin() }
    }

    /// Opens the journal for reading only. Throws `RunJournalError`.
    public init(reading url: URL) throws {
        file = try LineFile(reading: url)
        let contents = try Contents(of: file)
        guard let header = contents.header else { throw RunJournalError.notAJournal(file: url.relativePath) }
        self.header = header
        ownStart = Mutex(contents.headerPlace)
        index = Mutex(contents.index)
    }

    /// The journal's path as it was opened.
    var path: String { file.url.relativePath }

    /// Returns the completion of the picture that a sound makes; nil where it is not settled.
    /// Throws `RunJournalError.unreadable`.
    ///
    /// - Parameters:
    ///   - output: the picture's path below the run's folder.
    ///   - input: the sound as it was given; nil without a sound.
    public func completion(of output: String, from input: String?) throws -> Completion? {
        try index.withLock { $0.place(of: output, from: input) }.map(completion)
    }

    /// Returns the position of the line about the picture that a sound makes.
    func place(of output: String, from input: String?) -> Range<Int>? {
        index.withLock { $0.place(of: output, from: input) }
    }

    /// Returns the position of the line about the picture that is there, of whatever sound.
    func placeOfDone(_ output: String) -> Range<Int>? { index.withLock { $0.placeOfDone(output) } }

    /// Positions of the lines that count, in their order.
    var places: [Range<Int>] { index.withLock { $0.places } }

    /// Whether a line was written by the last run.
    func isOwn(_ place: Range<Int>) -> Bool { ownStart.withLock { $0.map { place.lowerBound >= $0 } ?? false } }

    /// Returns the completion at a position. Throws `RunJournalError.unreadable`.
    func completion(at place: Range<Int>) throws -> Completion {
        try JSONDecoder().decode(Completion.self, from: file.line(at: place))
    }

    /// Adds a line; that of a finished picture is on the disk when this returns. Throws `RunJournalError.unwritable`.
    func append(_ completion: Completion) throws {
        try begin()
        let place = try file.append(JSONEncoder.ofLines.encode(completion), synchronized: completion.file != nil)
        index.withLock { $0.add(completion.entry, at: place) }
    }

    /// Writes the header, once.
    private func begin() throws {
        try ownStart.withLock { start in
            guard start == nil else { return }
            start = try file.append(JSONEncoder.ofLines.encode(header), synchronized: true).lowerBound
        }
    }

    /// The last header, and the positions of lines. Invalid lines, which only a loss of power can leave, are ignored.
    private struct Contents {
        private(set) var header: RunHeader?
        private(set) var headerPlace = 0
        private(set) var index = JournalIndex()

        init(of file: LineFile) throws {
            let decoder = JSONDecoder()
            try file.forEachLine { place, line in
                if let completion = try? decoder.decode(Completion.self, from: line), header != nil {
                    index.add(completion.entry, at: place)
                } else if let run = try? decoder.decode(RunHeader.self, from: line) {
                    (header, headerPlace) = (run, place.lowerBound)
                } else if header == nil {
                    throw RunJournalError.notAJournal(file: file.url.relativePath)
                }
            }
        }
    }
}

/// Reasons why the records of a run cannot be read or kept, in one sentence. They stop the run.
public enum RunJournalError: DescribedError, Equatable {
    case unwritable(file: String, reason: String)
    case unreadable(file: String, reason: String)
    /// The run was started with other settings.
    case otherSettings(file: String, difference: String)
    /// The file is not a journal.
    case notAJournal(file: String)

    public var description: String {
        switch self {
        case .unwritable(let file, let reason): "\(file) cannot be written: \(reason)."
        case .unreadable(let file, let reason): "\(file) cannot be read: \(reason)."
        case .otherSettings(let file, let difference):
            "\(file) is of a run with other settings (\(difference)): the same, or another output, were expected."
        case .notAJournal(let file):
            "\(file) is not a journal of a run: another output was expected, or that this file is removed."
        }
    }
}
