import FilesOnDisk
import Foundation

/// A comparison of a folder's files with its `SHA256SUMS`.
public struct Checksums: Sendable {
    public enum Status: String, Sendable, Codable {
        case verified, changed, missing
    }

    /// Paths inside the folder, each with its status, in the list's order.
    public let files: [(path: String, status: Status)]

    /// Throws `ModelError.component` when the list is missing or has an invalid line.
    public init(verifying directory: URL) throws {
        let list = directory.appending(path: SHA256.list)
        do {
            files = try TextFile.lines(at: list).map { line in
                let parts = line.split(separator: " ", maxSplits: 1, omittingEmptySubsequences: true)
                let name = parts.last?.trimmingCharacters(in: CharacterSet(charactersIn: " *")) ?? ""
                guard parts.count == 2, parts[0].count == 64, !name.hasPrefix("/"), !name.contains("..") else {
                    throw FileContentError.unsuitable(
                        file: list.path(percentEncoded: false), found: "the line “\(line.onOneLine)”",
                        expected: "a checksum and the path of a file in its folder")
                }
                guard let sum = SHA256.sum(ofFile: directory.appending(path: name)) else { return (name, .missing) }
                return (name, sum == parts[0].lowercased() ? .verified : .changed)
            }
        } catch {
            throw ModelError.component(error)
        }
    }
}
