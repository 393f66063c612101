extension String {
    /// The text with every character that could drive a terminal, or turn the order of what it shows, written out as
    /// `\u{1B}`: controls, separators of lines and paragraphs, bidirectional marks, overrides and isolates.
    package var printable: String { escaped { $0.isTerminalControl } }

    /// Whole lines made printable, each with its line feed.
    package var printableLines: String { escaped { $0.isTerminalControl && $0 != "\n" } }

    /// Text from a file made fit for a sentence: printable, and cut if it is very long.
    package var onOneLine: String {
        let longest = 80
        let beginning = String(String.UnicodeScalarView(unicodeScalars.prefix(longest)))
        return beginning.printable + (unicodeScalars.count > longest ? "…" : "")
    }

    private func escaped(_ isEscaped: (Unicode.Scalar) -> Bool) -> String {
        guard unicodeScalars.contains(where: isEscaped) else { return self }
        return unicodeScalars.reduce(into: "") { text, scalar in
            if isEscaped(scalar) {
                text += "\\u{" + String(scalar.value, radix: 16, uppercase: true) + "}"
            } else {
                text.unicodeScalars.append(scalar)
            }
        }
    }
}

extension Unicode.Scalar {
    fileprivate var isTerminalControl: Bool {
        switch properties.generalCategory {
        case .control, .lineSeparator, .paragraphSeparator: true
        // Marks, embeddings, overrides and isolates (Unicode Standard Annex 9, section 2).
        default: [0x061C, 0x200E, 0x200F].contains(value) || 0x202A...0x202E ~= value || 0x2066...0x2069 ~= value
        }
    }
}

extension String {
    /// The string as one word of a POSIX shell.
    package var shellQuoted: String {
        let isPlain =
            !isEmpty
            && utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "+")...UInt8(ascii: ":"), UInt8(ascii: "="), UInt8(ascii: "@"), UInt8(ascii: "_"),
                    UInt8(ascii: "%"):
                    true
                default: false
                }
            }
        return isPlain
            ? self : "'" + split(separator: "'", omittingEmptySubsequences: false).joined(separator: #"'\''"#) + "'"
    }
}
