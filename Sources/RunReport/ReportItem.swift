import BatchRuns

/// One item of a run as its page shows it.
public struct ReportItem: Sendable, Hashable {
    /// A class with its score.
    public struct Score: Sendable, Hashable {
        public let label: String
        /// The score, from -1 to 1.
        public let score: Float

        public init(label: String, score: Float) {
            (self.label, self.score) = (label, score)
        }
    }

    /// The item's name: the path of its sound, or of its picture where there is no sound.
    public let name: String
    public let status: ManifestEntry.Status
    /// The picture's path below the run's folder; nil where nothing was planned.
    public var output: String?
    /// Whether the picture is of words alone, so that nothing was heard.
    public var isOfWordsAlone = false
    /// The reason why there is no picture, in one sentence.
    public var error: String?
    /// The picture's place, relative to the page.
    public var picture: RelativeReference?
    /// The sound's place, relative to the page.
    public var sound: RelativeReference?
    public var seed: UInt64?
    /// Seconds of the sound that were listened to.
    public var secondsHeard: Double?
    /// Other settings that the picture depends on.
    public var settings: ReportSettings?
    /// A shell command that makes the picture again, without `settings.options`.
    public var command: String?
    /// Warnings about the sound, each in one sentence.
    public var warnings: [String] = []
    /// Classes nearest to the picture's embedding by cosine, best first.
    public var heard: [Score] = []
    /// The audio encoder's own highest scores, best first.
    public var audioScores: [Score] = []

    public init(name: String, status: ManifestEntry.Status) {
        (self.name, self.status) = (name, status)
    }
}
