/// A line of a `RunJournal`: what became of a picture, and how to tell its file from a broken or another one.
public struct Completion: Sendable, Codable, Equatable {
    public let entry: ManifestEntry
    /// Of the file that was written; nil unless the entry is done.
    public let file: FileDigest?

    public init(_ entry: ManifestEntry, file: FileDigest? = nil) {
        (self.entry, self.file) = (entry, file)
    }

    /// Whether its picture need not be made again: it was made, and its file is there, whole and unchanged.
    ///
    /// - Parameter path: of the picture.
    public func isTrustworthy(at path: String) -> Bool {
        guard case .done = entry.outcome, let file else { return false }
        return FileDigest(ofFile: path) == file
    }
}
