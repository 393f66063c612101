import Foundation

/// A file's length and a checksum of its contents: FNV-1a over 64 bits (Fowler, Noll and Vo; RFC 9923).
public struct FileDigest: Sendable, Codable, Equatable {
    public let bytes: Int
    public let checksum: UInt64

    public init(of data: Data) {
        bytes = data.count
        checksum = data.withUnsafeBytes { bytes in
            bytes.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01b3 }
        }
    }

    /// Nil where there is no such file, or it may not be read.
    init?(ofFile path: String) {
        guard let data = try? Data(contentsOf: URL(filePath: path)) else { return nil }
        self.init(of: data)
    }
}
