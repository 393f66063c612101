import FilesOnDisk

/// Why the records of a run cannot be read or kept, in one sentence. Nothing goes on without them.
public enum RunJournalError: DescribedError, Equatable {
    case unwritable(file: String, reason: String)
    case unreadable(file: String, reason: String)
    /// The run was begun with other settings.
    case otherSettings(file: String, difference: String)
    /// The file holds something else.
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
