import FilesOnDisk

/// An error about a picture file that cannot be read or made, in one sentence that names the file.
public struct PictureFileError: DescribedError, Equatable {
    public enum Reason: Equatable, Sendable {
        /// The system cannot open or read the file.
        case unreadable(String)
        /// The file begins neither as a PNG nor as a JPEG or WebP does.
        case notAPicture
        /// A picture of a format that is known by this name but not read.
        case otherFormat(String)
        /// What Git leaves in place of a large file.
        case gitLFSPointer
        /// The file does not begin as a PNG does.
        case notPNG
        /// The file does not begin as a JPEG does.
        case notJPEG
        /// The file ends before the picture does.
        case truncated
        /// The file breaks its format's specification in this way.
        case malformed(String)
        /// The file exceeds one of the `PictureLimits`.
        case tooLarge(String)
        /// There is not enough memory.
        case outOfMemory
    }

    /// The file's path as it was given, or the name given for bytes from elsewhere.
    public let file: String
    public let reason: Reason

    public init(file: String, reason: Reason) {
        self.file = file
        self.reason = reason
    }

    public var description: String {
        switch reason {
        case .unreadable(let cause): "\(file) cannot be read: \(cause)."
        case .notAPicture: "\(file) is no PNG, JPEG or WebP file: its first bytes are the signature of none."
        case .otherFormat(let name): "\(file) is a \(name) picture: convert it to PNG, JPEG or WebP, which are read."
        case .gitLFSPointer: "\(file) cannot be read: \(GitLFSPointer.sentence)."
        case .notJPEG: "\(file) is not a JPEG file: its first 3 bytes are not those of a JPEG."
        case .notPNG: "\(file) is not a PNG file: its first 8 bytes are not the PNG signature."
        case .truncated: "\(file) is cut short: it ends before the picture is complete."
        case .malformed(let cause): "\(file) is not a valid picture: \(cause)."
        case .tooLarge(let cause): "\(file) is refused: \(cause)."
        case .outOfMemory: "\(file) needs more memory than there is."
        }
    }
}

extension PictureFileError.Reason {
    /// For a file of which no format is read.
    static func notAPicture(_ bytes: [UInt8]) -> Self {
        if GitLFSPointer.begins(bytes) { return .gitLFSPointer }
        return PictureFormat.otherName(of: bytes).map(Self.otherFormat) ?? .notAPicture
    }
}
