import Foundation

/// Why a file cannot be written, in one sentence that names it. The file is as it was before.
public struct AtomicFileError: DescribedError, Equatable {
    public enum Reason: Equatable, Sendable {
        /// It is there already, and overwriting was not asked for.
        case exists
        /// What stands there is not a regular file: a folder, a device, a pipe.
        case notAFile
        /// The folder that it should be in is not there, or is not a folder.
        case noFolder
        /// There is no space left, on the disk or of a quota.
        case full
        /// The system refuses.
        case refused(String)

        /// - Parameter code: The system's, from errno.
        init(_ code: Int32) {
            switch code {
            case EEXIST: self = .exists
            case ENOSPC, EDQUOT: self = .full
            default: self = .refused(String(cString: strerror(code)))
            }
        }

        /// The end of a sentence.
        public var cause: String {
            switch self {
            case .exists: "it exists already, and overwriting was not asked for"
            case .notAFile: "what stands there is a folder or a device, not a file"
            case .noFolder: "the folder that it should be in does not exist"
            case .full: "no space is left"
            case .refused(let cause): cause
            }
        }
    }

    /// The file's path as it was given.
    public let file: String
    public let reason: Reason

    public init(file: String, reason: Reason) {
        self.file = file
        self.reason = reason
    }

    public var description: String { "\(file) cannot be written: \(reason.cause)." }
}
