import Foundation

/// Reads text files, all by the same rules: UTF-8, with or without a byte-order mark, lines that end in LF or CR LF.
package enum TextFile {
    /// A limit far above any configuration or list of names.
    package static let usualLimit = 1 << 20

    /// The bytes of a file that is no larger than `limit`. Throws `FileContentError.unreadable`.
    package static func data(at url: URL, limit: Int) throws -> Data {
        let file = url.path(percentEncoded: false)
        let descriptor = open(file, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            let reason = errno == ENOENT ? "no such file" : String(cString: strerror(errno))
            throw FileContentError.unreadable(file: file, reason: reason)
        }
        let data: Data
        do {
            let handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
            data = try handle.read(upToCount: limit + 1) ?? Data()
        } catch {
            throw FileContentError.unreadable(file: file, reason: "it is not a file or may not be read")
        }
        guard !GitLFSPointer.begins(data) else {
            throw FileContentError.unreadable(file: file, reason: GitLFSPointer.sentence)
        }
        guard data.count <= limit else {
            throw FileContentError.unreadable(file: file, reason: "it is larger than \(limit) bytes")
        }
        return data
    }

    /// The text of a file, without a byte-order mark. Throws `FileContentError`.
    package static func text(at url: URL, limit: Int = usualLimit) throws -> String {
        let data = try data(at: url, limit: limit)
        guard let text = text(of: data) else {
            throw FileContentError.unsuitable(
                file: url.path(percentEncoded: false),
                found: "bytes that are no text in line \(firstBrokenLine(of: data))", expected: "UTF-8")
        }
        return text
    }

    /// The text of UTF-8 bytes, without a byte-order mark; nil where they are not UTF-8.
    package static func text(of data: Data) -> String? {
        // Compares bytes, because a string that begins with the mark compares by its first whole character.
        let mark = data.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
        return String(validating: data.dropFirst(mark), as: UTF8.self)
    }

    /// The number, from 1, of the first line that is not UTF-8 in bytes that are not.
    package static func firstBrokenLine(of data: Data) -> Int {
        let lines = data.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        return (lines.firstIndex { String(validating: $0, as: UTF8.self) == nil } ?? 0) + 1
    }

    /// The lines of a file, empty ones too; the last one may lack its end. Throws `FileContentError`.
    package static func lines(at url: URL, limit: Int = usualLimit) throws -> [String] {
        lines(of: try text(at: url, limit: limit))
    }

    /// The lines of a text, empty ones too. No other character ends a line: U+2028 may occur in a caption.
    package static func lines(of text: String) -> [String] {
        let lines = text.split(omittingEmptySubsequences: false) { $0 == "\n" || $0 == "\r\n" }.map(String.init)
        return lines.last == "" ? lines.dropLast() : lines
    }
}
