import FilesOnDisk
import Foundation

/// Standard output for results, and standard error for everything else.
enum Console {
    /// Error for a failed write to standard output, for example on a full disk.
    struct OutputError: DescribedError {
        let reason: String

        var description: String { "Standard output cannot be written: \(reason)." }
    }

    /// Prints a line on standard output. Throws `OutputError`.
    static func result(_ line: String) throws {
        try result(Data((line + "\n").utf8))
    }

    /// Writes bytes to standard output. A reader that went away (`| head`) is not an error. Throws `OutputError`.
    static func result(_ data: Data) throws {
        var left = data[...]
        while !left.isEmpty {
            let written = left.withUnsafeBytes { write(STDOUT_FILENO, $0.baseAddress, $0.count) }
            if written >= 0 {
                left = left.dropFirst(written)
            } else if errno == EPIPE {
                return
            } else if errno != EINTR {
                throw OutputError(reason: String(cString: strerror(errno)))
            }
        }
    }

    /// Prints one sentence; control characters in file names are made visible.
    static func error(_ sentence: String) { note("fusemix-gen: \(sentence.printable)\n") }

    static func note(_ text: String) { try? FileHandle.standardError.write(contentsOf: Data(text.utf8)) }
}

/// Returns a result as one line of JSON.
func jsonLine(
    _ result: some Encodable, keys: JSONEncoder.KeyEncodingStrategy = .useDefaultKeys
) throws -> String {
    let encoder = JSONEncoder.ofLines
    encoder.keyEncodingStrategy = keys
    return String(decoding: try encoder.encode(result), as: UTF8.self)
}

extension String {
    /// The text with control characters replaced, so that a file's name cannot drive the terminal.
    var printable: String {
        String(
            String.UnicodeScalarView(unicodeScalars.map { $0.properties.generalCategory == .control ? "\u{FFFD}" : $0 })
        )
    }
}
