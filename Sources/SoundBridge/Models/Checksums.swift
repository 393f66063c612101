import CCrypto
import FilesOnDisk
import Foundation
import TensorCore

/// A comparison of a folder's files with its `SHA256SUMS` (the format of coreutils' `sha256sum`).
public struct Checksums: Sendable {
    public enum Status: String, Sendable, Codable {
        case verified, changed, missing
    }

    /// Paths inside the folder, each with its status, in the list's order.
    public let files: [(path: String, status: Status)]

    /// Throws `ModelError.component` when the list is missing or has an invalid line.
    public init(verifying directory: URL) throws {
        let list = directory.appending(path: "SHA256SUMS")
        do {
            files = try TextFile.lines(at: list).map { line in
                let parts = line.split(separator: " ", maxSplits: 1, omittingEmptySubsequences: true)
                let name = parts.last?.trimmingCharacters(in: CharacterSet(charactersIn: " *")) ?? ""
                guard parts.count == 2, parts[0].count == 64, !name.hasPrefix("/"), !name.contains("..") else {
                    throw FileContentError.unsuitable(
                        file: list.path(percentEncoded: false), found: "the line “\(line.onOneLine)”",
                        expected: "a checksum and the path of a file in its folder")
                }
                guard let sum = Self.sha256(of: directory.appending(path: name)) else { return (name, .missing) }
                return (name, sum == parts[0].lowercased() ? .verified : .changed)
            }
        } catch {
            throw ModelError.component(error)
        }
    }

    /// Writes the list of the files in a folder, sorted by name. Throws `CocoaError` when a file cannot be read or the
    /// list cannot be written.
    public static func write(for directory: URL) throws {
        let names = try FileManager.default.contentsOfDirectory(atPath: directory.path(percentEncoded: false))
        let lines = try names.filter { $0 != "SHA256SUMS" }.sorted().map { name in
            guard let sum = sha256(of: directory.appending(path: name)) else {
                throw CocoaError(.fileReadUnknown, userInfo: [NSFilePathErrorKey: name])
            }
            return "\(sum)  \(name)\n"
        }
        try Data(lines.joined().utf8).write(to: directory.appending(path: "SHA256SUMS"), options: .atomic)
    }

    /// Returns lower-case hexadecimal; nil when the file cannot be read.
    public static func sha256(of file: URL) -> String? {
        (try? Data(contentsOf: file, options: .alwaysMapped)).flatMap(sha256)
    }

    /// Returns lower-case hexadecimal; nil when the library fails.
    static func sha256(of data: Data) -> String? {
        var digest = [UInt8](repeating: 0, count: Int(EVP_MAX_MD_SIZE))
        var length: UInt32 = 0
        let status = data.withUnsafeBytes { EVP_Digest($0.baseAddress, $0.count, &digest, &length, EVP_sha256(), nil) }
        guard status == 1 else { return nil }
        return digest.prefix(Int(length)).map { String(format: "%02x", $0) }.joined()
    }
}
