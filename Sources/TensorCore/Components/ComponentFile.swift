import Foundation

/// Reading of files of text: those beside a component's weights, and others that are read whole.
package enum ComponentFile {
    /// What a configuration or a list of names stays below by far.
    package static let usualLimit = 1 << 20

    /// The bytes of a file that is no larger than `limit`. Throws `ComponentError.unreadable`.
    package static func data(at url: URL, limit: Int) throws -> Data {
        let file = url.path(percentEncoded: false)
        let data: Data
        do {
            let handle = try FileHandle(forReadingFrom: url)
            data = try handle.read(upToCount: limit + 1) ?? Data()
        } catch let error as CocoaError where error.code == .fileReadNoSuchFile || error.code == .fileNoSuchFile {
            throw ComponentError.unreadable(file: file, reason: "no such file")
        } catch {
            throw ComponentError.unreadable(file: file, reason: "it is not a file or may not be read")
        }
        guard data.count <= limit else {
            throw ComponentError.unreadable(file: file, reason: "it is larger than \(limit) bytes")
        }
        return data
    }

    /// The lines of a UTF-8 text, empty ones too; they end in LF or CR LF, the last one if it likes.
    /// Throws `ComponentError`.
    package static func lines(at url: URL) throws -> [String] {
        guard let text = String(validating: try data(at: url, limit: usualLimit), as: UTF8.self) else {
            throw ComponentError.unsuitable(
                file: url.path(percentEncoded: false), found: "bytes that are no text", expected: "lines of UTF-8")
        }
        return text.lines
    }
}
