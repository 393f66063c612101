/// What a run is doing to a picture.
public enum RunStage: Sendable, Equatable {
    case listening
    /// Steps done, of how many.
    case denoising(step: Int, steps: Int)
}
