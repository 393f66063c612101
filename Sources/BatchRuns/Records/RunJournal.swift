import FilesOnDisk
import Foundation
import Synchronization

/// The journal of a run, kept picture by picture so that an interrupted run can resume: a line with the `RunHeader`,
/// then one `Completion` per line. Of several lines for one picture the last counts.
///
/// A picture's line is on the disk before its file has its name. So a line without a file means that the picture must
/// be made again, and a file without a line does not belong to this run.
///
/// Only the positions of lines are held in memory.
public final class RunJournal: Sendable {
    public let header: RunHeader
    private let file: LineFile
    /// Keys are the bytes of the pictures' paths: strings that differ only in the form of an accent are different
    /// files.
    private let places: Mutex<[[UInt8]: Range<Int>]>

    /// Opens the journal of a run for writing; no other run can until this object ends.
    ///
    /// - Parameter resuming: False starts anew and discards earlier lines.
    /// - Throws: `RunJournalError`, `.otherSettings` where the resumed journal has another header.
    public init(at url: URL, _ header: RunHeader, resuming: Bool) throws {
        self.header = header
        file = try LineFile(at: url, keepsLines: resuming)
        let (earlier, places) = try Self.contents(of: file)
        if let earlier, let difference = earlier.difference(from: header) {
            throw RunJournalError.otherSettings(file: url.relativePath, difference: difference)
        }
        if earlier == nil { try file.append(JSONEncoder.ofLines.encode(header), synchronized: true) }
        self.places = Mutex(places)
    }

    /// Opens the journal of a run for reading only. Throws `RunJournalError`.
    public init(reading url: URL) throws {
        file = try LineFile(reading: url)
        let (header, places) = try Self.contents(of: file)
        guard let header else { throw RunJournalError.notAJournal(file: url.relativePath) }
        self.header = header
        self.places = Mutex(places)
    }

    /// The journal's path as it was opened.
    var path: String { file.url.relativePath }

    /// Returns the completion of the picture at this path below the run's folder; nil where it is not settled.
    /// Throws `RunJournalError.unreadable`.
    public func completion(of output: String) throws -> Completion? {
        guard let place = places.withLock({ $0[Array(output.utf8)] }) else { return nil }
        return try JSONDecoder().decode(Completion.self, from: file.line(at: place))
    }

    /// Adds a line; that of a finished picture is on the disk when this returns. Throws `RunJournalError.unwritable`.
    func append(_ completion: Completion) throws {
        guard let output = completion.entry.output else { return }
        let place = try file.append(JSONEncoder.ofLines.encode(completion), synchronized: completion.file != nil)
        places.withLock { $0[Array(output.utf8)] = place }
    }

    /// Reads the header and the positions of lines. Invalid lines, which only a loss of power can leave, are ignored.
    private static func contents(of file: LineFile) throws -> (RunHeader?, [[UInt8]: Range<Int>]) {
        let decoder = JSONDecoder()
        var header: RunHeader?
        var places: [[UInt8]: Range<Int>] = [:]
        try file.forEachLine { place, line in
            if place.lowerBound == 0 {
                header = try? decoder.decode(RunHeader.self, from: line)
                guard header != nil else { throw RunJournalError.notAJournal(file: file.url.relativePath) }
            } else if let output = try? decoder.decode(Completion.self, from: line).entry.output {
                places[Array(output.utf8)] = place
            }
        }
        return (header, places)
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
        case .notAJournal(let file): "\(file) is not a journal of a run: it cannot be resumed."
        }
    }
}
