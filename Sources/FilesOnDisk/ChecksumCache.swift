import Foundation

/// Checksums of large files, kept in the user's cache, so that a model of some gigabytes is not read for every picture.
///
/// A checksum counts as long as path, size and time of change of its file are what they were. Each has a file of its own,
/// which appears whole, so that processes may use the cache at once; where none can be written, the sum is computed again.
package struct ChecksumCache: Sendable {
    private let folder: URL?
    /// Smaller files are read faster than they are looked up.
    private let smallest: Int

    /// - Parameters:
    ///   - folder: Where sums are kept; nil keeps none.
    ///   - smallest: Bytes from which on a file's sum is kept.
    package init(folder: URL? = UserFolders.cache()?.appending(path: "checksums"), smallest: Int = 1 << 22) {
        (self.folder, self.smallest) = (folder, smallest)
    }

    /// The SHA-256 of a file from an offset on, in hexadecimal; nil when it cannot be read.
    package func sum(ofFile url: URL, from offset: UInt64 = 0) -> String? {
        let path = url.resolvingSymlinksInPath().path(percentEncoded: false)
        guard let folder, let identity = Self.identity(path), identity.size >= smallest,
            let key = SHA256.sum(of: Data("\(offset) \(path)".utf8))
        else { return SHA256.sum(ofFile: url, from: offset) }
        let place = folder.appending(path: "\(key.prefix(32)).json")
        let known = (try? Data(contentsOf: place)).flatMap { try? JSONDecoder().decode(Entry.self, from: $0) }
        if let known, known.path == path, known.identity == identity { return known.sha256 }
        guard let sum = SHA256.sum(ofFile: url, from: offset), Self.identity(path) == identity else { return nil }
        try? FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        if let data = try? JSONEncoder.ofLines.encode(Entry(path: path, identity: identity, sha256: sum)) {
            try? AtomicFile.write(data, to: place, overwrite: true)
        }
        return sum
    }

    private struct Entry: Codable {
        let path: String
        let identity: Identity
        let sha256: String
    }

    private struct Identity: Codable, Equatable {
        let size: Int
        let seconds: Int
        let nanoseconds: Int
    }

    private static func identity(_ path: String) -> Identity? {
        var status = stat()
        guard stat(path, &status) == 0 else { return nil }
        return Identity(
            size: Int(status.st_size), seconds: status.st_mtim.tv_sec, nanoseconds: status.st_mtim.tv_nsec)
    }
}
