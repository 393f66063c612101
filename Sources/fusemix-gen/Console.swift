import Foundation

/// Standard output carries results, standard error everything else.
enum Console {
    static func result(_ line: String) { write(line + "\n", to: .standardOutput) }
    static func error(_ sentence: String) { write("fusemix-gen: \(sentence)\n", to: .standardError) }
    static func note(_ text: String) { write(text, to: .standardError) }

    /// A reader that went away (`| head`) is no error of ours.
    private static func write(_ text: String, to handle: FileHandle) {
        try? handle.write(contentsOf: Data(text.utf8))
    }
}
