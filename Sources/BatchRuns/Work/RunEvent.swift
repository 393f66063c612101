import Foundation
import SoundBridge

/// An event of a run in progress.
public enum RunEvent: Sendable {
    /// The current work; `name` is the sound's path within the run, or the words that stand for one. `drawn` pictures are
    /// being written and not settled yet.
    case at(name: String, RunStage, drawn: Int)
    /// A warning about an item, in one sentence and for each item anew: its settings ask for something that the model does
    /// not draw well, or its sound is not whole.
    case remark(String)
    /// A finished picture: the record with its `output` as a path and its `seconds`.
    case done(PictureRecord)
    /// The picture's file for standard output, which the run could not write itself.
    case picture(Data)
    case kept(output: String)
    case skipped(output: String)
    /// A failure, in one sentence.
    case failed(String)
}

/// The stage of a picture that a run is at.
public enum RunStage: Sendable, Equatable {
    case listening
    /// Steps done, and their total, of pictures that are denoised together.
    case denoising(step: Int, steps: Int, pictures: Int)
}
