extension String {
    /// Words out of a file as they may stand in a sentence: without line ends, and only the first of very many.
    package var onOneLine: String {
        let longest = 80
        let line = unicodeScalars.prefix(longest).map { scalar in
            switch scalar.properties.generalCategory {
            case .control, .lineSeparator, .paragraphSeparator: Character("\u{FFFD}")
            default: Character(scalar)
            }
        }
        return String(line) + (unicodeScalars.count > longest ? "…" : "")
    }
}
