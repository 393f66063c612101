import FilesOnDisk

/// Settings as a page shows them; most items of a run share them.
public struct ReportSettings: Sendable, Hashable {
    public struct Line: Sendable, Hashable {
        public let name: String
        public let value: String

        public init(_ name: String, _ value: String) {
            (self.name, self.value) = (name, value)
        }
    }

    public let lines: [Line]
    /// These settings as options of the command, quoted for a shell, each after a space.
    public let options: String
    /// Text that the page's filter searches besides names and labels: the prompt.
    public let words: String?

    public init(lines: [Line], options: String, words: String?) {
        (self.lines, self.options, self.words) = (lines, options, words)
    }
}
