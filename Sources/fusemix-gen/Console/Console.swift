import FilesOnDisk
import Foundation
import Synchronization

/// Standard output for results, and standard error for everything else. On a terminal a status line may stand at the
/// bottom; whatever is printed goes above it.
enum Console {
    private static let status = Mutex("")
    static let hasTerminal = isatty(STDERR_FILENO) == 1

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
        try aboveStatus { try write(data) }
    }

    /// Prints one sentence; control characters in file names are made visible.
    static func error(_ sentence: String) { note("fusemix-gen: \(sentence.printable)\n") }

    /// Prints one sentence about something that is done all the same.
    static func warning(_ sentence: String) { note("fusemix-gen: warning: \(sentence.printable)\n") }

    /// Prints whole lines, each with its line feed; other control characters are made visible.
    static func note(_ lines: String) { aboveStatus { tell(lines.printableLines) } }

    /// Puts a line at the bottom of the terminal, cut to its width, in the place of the last one; empty for none.
    static func showStatus(_ line: String) {
        status.withLock {
            $0 = line.printable.cut(toColumns: TerminalText.width - 1)
            tell(clearing + $0)
        }
    }

    private static let clearing = "\r\u{1B}[K"

    private static func aboveStatus(_ print: () throws -> Void) rethrows {
        try status.withLock { line in
            guard !line.isEmpty else { return try print() }
            tell(clearing)
            defer { tell(line) }
            try print()
        }
    }

    private static func tell(_ text: String) { try? FileHandle.standardError.write(contentsOf: Data(text.utf8)) }

    private static func write(_ data: Data) throws {
        var left = data[...]
        while !left.isEmpty {
            let written = left.withUnsafeBytes { Foundation.write(STDOUT_FILENO, $0.baseAddress, $0.count) }
            if written >= 0 {
                left = left.dropFirst(written)
            } else if errno == EPIPE {
                return
            } else if errno != EINTR {
                throw OutputError(reason: String(cString: strerror(errno)))
            }
        }
    }
}

/// Returns a result as one line of JSON.
func jsonLine(
    _ result: some Encodable, keys: JSONEncoder.KeyEncodingStrategy = .useDefaultKeys
) throws -> String {
    let encoder = JSONEncoder.ofLines
    encoder.keyEncodingStrategy = keys
    return String(decoding: try encoder.encode(result), as: UTF8.self)
}
