import FilesOnDisk
import Foundation

/// Standard output carries results, standard error everything else.
enum Console {
    /// Standard output refuses what is written to it: a full disk, say.
    struct OutputError: DescribedError {
        let reason: String

        var description: String { "Standard output cannot be written: \(reason)." }
    }

    /// A line on standard output. Throws `OutputError`.
    static func result(_ line: String) throws {
        try result(Data((line + "\n").utf8))
    }

    /// Bytes on standard output. A reader that went away (`| head`) is no error of ours. Throws `OutputError`.
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

    /// One sentence; what a file's name holds of control characters is made visible.
    static func error(_ sentence: String) { note("fusemix-gen: \(sentence.printable)\n") }

    static func note(_ text: String) { try? FileHandle.standardError.write(contentsOf: Data(text.utf8)) }
}

/// A result as one line of JSON.
func jsonLine(
    _ result: some Encodable, keys: JSONEncoder.KeyEncodingStrategy = .useDefaultKeys
) throws -> String {
    let encoder = JSONEncoder.ofLines
    encoder.keyEncodingStrategy = keys
    return String(decoding: try encoder.encode(result), as: UTF8.self)
}

extension String {
    /// Control characters replaced, so that a file's name cannot drive the terminal.
    var printable: String {
        String(
            String.UnicodeScalarView(unicodeScalars.map { $0.properties.generalCategory == .control ? "\u{FFFD}" : $0 })
        )
    }
}
