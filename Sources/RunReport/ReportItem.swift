import BatchRuns

/// One item of a run as its page shows it.
public struct ReportItem: Sendable, Hashable {
    /// How strongly a class holds.
    public struct Score: Sendable, Hashable {
        public let label: String
        /// From -1 to 1.
        public let score: Float

        public init(label: String, score: Float) {
            (self.label, self.score) = (label, score)
        }
    }

    /// What the item is called: the path of its sound, or of its picture where there is none.
    public let name: String
    public let status: ManifestEntry.Status
    /// Why there is no picture, in one sentence.
    public var error: String?
    /// Where the picture is, seen from the page.
    public var picture: RelativeReference?
    /// Where the sound is, seen from the page.
    public var sound: RelativeReference?
    public var seed: UInt64?
    /// What else the picture depends on.
    public var settings: ReportSettings?
    /// A command of a shell that makes the picture again, less `settings.options`.
    public var command: String?
    /// Classes nearest to what the picture was made of, best first.
    public var heard: [Score] = []
    /// The audio encoder's own highest scores, best first.
    public var audioScores: [Score] = []

    public init(name: String, status: ManifestEntry.Status) {
        (self.name, self.status) = (name, status)
    }
}
