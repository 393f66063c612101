/// What a listing of a folder leaves out, though its name may be that of a file looked for.
public struct PassedOver: Sendable, Equatable, CustomStringConvertible {
    public enum Reason: Sendable {
        /// Its name begins with a dot.
        case hidden
        /// A pipe, a socket, a device, or a link to one of them.
        case notAFile
        /// Not followed, for links may go round in a circle.
        case linkToFolder
    }

    /// Its path, beginning as the input that it was found in.
    public let path: String
    public let reason: Reason

    public init(path: String, reason: Reason) {
        (self.path, self.reason) = (path, reason)
    }

    public var description: String {
        switch reason {
        case .hidden: "\(path) is passed over: it is hidden."
        case .notAFile: "\(path) is passed over: it is not a regular file."
        case .linkToFolder: "\(path) is passed over: it is a link to a folder."
        }
    }
}
