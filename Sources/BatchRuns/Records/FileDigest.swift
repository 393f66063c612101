import FilesOnDisk
import Foundation

/// A file's length and the FNV-1a checksum of its contents.
public struct FileDigest: Sendable, Codable, Equatable {
    public let bytes: Int
    public let checksum: UInt64

    public init(of data: Data) {
        bytes = data.count
        checksum = data.withUnsafeBytes { FNV1a.hash($0) }
    }

    /// Nil where there is no such file, or it may not be read.
    init?(ofFile path: String) {
        guard let data = try? Data(contentsOf: URL(filePath: path)) else { return nil }
        self.init(of: data)
    }
}
