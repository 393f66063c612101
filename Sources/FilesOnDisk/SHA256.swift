import CCrypto
import Foundation

/// SHA-256 checksums in lower-case hexadecimal, and a folder's list of them in the format of coreutils' `sha256sum`.
package enum SHA256 {
    /// The list's name in its folder.
    package static let list = "SHA256SUMS"

    private static let blockSize = 1 << 20

    /// The checksum of a file from an offset on, read block by block, so that a large one fills no memory; nil when it
    /// cannot be read.
    package static func sum(ofFile url: URL, from offset: UInt64 = 0) -> String? {
        guard let file = try? FileHandle(forReadingFrom: url), (try? file.seek(toOffset: offset)) != nil,
            let context = EVP_MD_CTX_new()
        else { return nil }
        defer { EVP_MD_CTX_free(context) }
        guard EVP_DigestInit_ex(context, EVP_sha256(), nil) == 1 else { return nil }
        var block = [UInt8](repeating: 0, count: blockSize)
        while true {
            let count = block.withUnsafeMutableBytes { read(file.fileDescriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return count == 0 ? finished(context) : nil }
            guard EVP_DigestUpdate(context, block, count) == 1 else { return nil }
        }
    }

    private static func finished(_ context: OpaquePointer) -> String? {
        digest { EVP_DigestFinal_ex(context, $0, $1) }.map(hexadecimal)
    }

    /// The checksum of bytes; nil when the library fails.
    package static func sum(of data: Data) -> String? {
        digest(of: data).map(hexadecimal)
    }

    /// The 32 bytes of a checksum; nil when the library fails.
    package static func digest(of data: Data) -> Data? {
        data.withUnsafeBytes { bytes in
            digest { EVP_Digest(bytes.baseAddress, bytes.count, $0, $1, EVP_sha256(), nil) }
        }
    }

    /// The bytes that `write` puts down with their number; nil where it does not return 1.
    private static func digest(
        _ write: (UnsafeMutablePointer<UInt8>, UnsafeMutablePointer<UInt32>) -> Int32
    ) -> Data? {
        var digest = [UInt8](repeating: 0, count: Int(EVP_MAX_MD_SIZE))
        var length: UInt32 = 0
        return write(&digest, &length) == 1 ? Data(digest.prefix(Int(length))) : nil
    }

    private static func hexadecimal(_ digest: some Sequence<UInt8>) -> String {
        digest.map { String(format: "%02x", $0) }.joined()
    }

    /// Writes the list of the named files of a folder, sorted by name. Throws `CocoaError` when a file cannot be read
    /// or the list cannot be written.
    package static func writeList(of names: [String], in folder: URL) throws {
        let lines = try names.sorted().map { name in
            guard let sum = sum(ofFile: folder.appending(path: name)) else {
                throw CocoaError(.fileReadUnknown, userInfo: [NSFilePathErrorKey: name])
            }
            return "\(sum)  \(name)\n"
        }
        try Data(lines.joined().utf8).write(to: folder.appending(path: list), options: .atomic)
    }
}
