extension String {
    /// Lines of a text file, empty ones too; they end in LF or CR LF, the last one if it likes.
    package var lines: [String] {
        let lines = split(omittingEmptySubsequences: false) { $0 == "\n" || $0 == "\r\n" }.map(String.init)
        return lines.last == "" ? lines.dropLast() : lines
    }
}
