import CCrypto
import Foundation

/// A folder's `SHA256SUMS` (the format of coreutils' `sha256sum`) held against its files.
public struct Checksums: Sendable {
    public enum Status: String, Sendable, Codable {
        case verified, changed, missing
    }

    /// Paths inside the folder and what became of them, in the list's order.
    public let files: [(path: String, status: Status)]

    public var areVerified: Bool { files.allSatisfy { $0.status == .verified } }

    /// Throws `ModelError.badComponent` when the list is missing or has a line that is none.
    public init(verifying directory: URL) throws {
        let path = directory.path(percentEncoded: false)
        guard let list = try? String(contentsOf: directory.appending(path: "SHA256SUMS"), encoding: .utf8) else {
            throw ModelError.badComponent(path: path, reason: "its SHA256SUMS cannot be read.")
        }
        files = try list.split(separator: "\n").map { line in
            let parts = line.split(separator: " ", maxSplits: 1, omittingEmptySubsequences: true)
            let name = parts.last?.trimmingCharacters(in: CharacterSet(charactersIn: " *")) ?? ""
            guard parts.count == 2, parts[0].count == 64, !name.hasPrefix("/"), !name.contains("..") else {
                throw ModelError.badComponent(path: path, reason: "its SHA256SUMS has the malformed line “\(line)”.")
            }
            guard let sum = Self.sha256(of: directory.appending(path: name)) else { return (name, .missing) }
            return (name, sum == parts[0].lowercased() ? .verified : .changed)
        }
    }

    /// Lower-case hexadecimal; nil when the file cannot be read.
    static func sha256(of file: URL) -> String? {
        guard let data = try? Data(contentsOf: file, options: .alwaysMapped) else { return nil }
        var digest = [UInt8](repeating: 0, count: Int(EVP_MAX_MD_SIZE))
        var length: UInt32 = 0
        let status = data.withUnsafeBytes { EVP_Digest($0.baseAddress, $0.count, &digest, &length, EVP_sha256(), nil) }
        guard status == 1 else { return nil }
        return digest.prefix(Int(length)).map { String(format: "%02x", $0) }.joined()
    }
}
