import CCrypto
import Foundation

/// SHA-256 checksums in lower-case hexadecimal, and a folder's list of them in the format of coreutils' `sha256sum`.
package enum SHA256 {
    /// The list's name in its folder.
    package static let list = "SHA256SUMS"

    /// The checksum of a file; nil when it cannot be read.
    package static func sum(ofFile url: URL) -> String? {
        (try? Data(contentsOf: url, options: .alwaysMapped)).flatMap(sum)
    }

    /// The checksum of bytes; nil when the library fails.
    package static func sum(of data: Data) -> String? {
        digest(of: data)?.map { String(format: "%02x", $0) }.joined()
    }

    /// The 32 bytes of a checksum; nil when the library fails.
    package static func digest(of data: Data) -> Data? {
        var digest = [UInt8](repeating: 0, count: Int(EVP_MAX_MD_SIZE))
        var length: UInt32 = 0
        let status = data.withUnsafeBytes { EVP_Digest($0.baseAddress, $0.count, &digest, &length, EVP_sha256(), nil) }
        return status == 1 ? Data(digest.prefix(Int(length))) : nil
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
