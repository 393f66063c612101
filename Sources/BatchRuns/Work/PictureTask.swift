import SoundBridge

/// A picture to be drawn: all that is known of it before it is.
struct PictureTask: Sendable {
    let item: RunItem
    let picture: RunPicture
    /// With the picture's own seed.
    let settings: GenerationSettings
    let overwrites: Bool
    let condition: Condition
    let heard: [ScoredLabel]
    let audioScores: [ScoredLabel]?
    var seconds: StageSeconds
}
