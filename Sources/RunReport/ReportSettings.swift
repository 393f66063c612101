import FilesOnDisk

/// Settings as a page shows them; most items of a run have the same.
public struct ReportSettings: Sendable, Hashable {
    public struct Line: Sendable, Hashable {
        public let name: String
        public let value: String

        public init(_ name: String, _ value: String) {
            (self.name, self.value) = (name, value)
        }
    }

    public let lines: [Line]
    /// The same as options of the command, quoted for a shell, a space before each.
    public let options: String
    /// What the page's filter finds beside names and labels: the prompt.
    public let words: String?

    public init(lines: [Line], options: String, words: String?) {
        (self.lines, self.options, self.words) = (lines, options, words)
    }
}
