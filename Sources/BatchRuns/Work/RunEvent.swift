import Foundation
import SoundBridge

/// News of a run while it goes on.
public enum RunEvent: Sendable {
    /// The work of the moment; `name` is the sound's path within the run, or the words that stand for one.
    case at(name: String, RunStage)
    /// The record with its `output` as a path and its `seconds`.
    case done(PictureRecord)
    /// The picture's file, which the run could not write itself, for standard output.
    case picture(Data)
    case kept(output: String)
    case skipped(output: String)
    /// Why, in one sentence.
    case failed(String)
}

/// The stage of a picture that a run is at.
public enum RunStage: Sendable, Equatable {
    case listening
    /// Steps done, of how many.
    case denoising(step: Int, steps: Int)
}
