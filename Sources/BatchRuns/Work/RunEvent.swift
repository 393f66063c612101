import Foundation
import SoundBridge

/// What a run tells of itself while it goes on.
public enum RunEvent: Sendable {
    /// What is being done; `name` is the sound's path within the run, or the words that stand for one.
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
