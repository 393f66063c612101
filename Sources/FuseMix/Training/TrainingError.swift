import Foundation

/// Why a training cannot begin or go on; each case reads as one sentence.
public enum TrainingError: Error, Equatable, Sendable, LocalizedError, CustomStringConvertible {
    case tooFewPairs(found: Int, needed: Int)
    /// Latents that do not fit the adapter.
    case unexpectedLatents(side: String, found: [Int], expected: Int)
    /// A loss that is no number.
    case diverged(step: Int)
    case notFinite(side: String, row: Int)
    case noCheckpoint(folder: String)
    case checkpointExists(folder: String)
    /// A checkpoint of another training.
    case otherTraining(folder: String, what: String)
    case badCheckpoint(file: String, reason: String)
    case unwritable(file: String, reason: String)

    public var description: String {
        switch self {
        case .tooFewPairs(let found, let needed):
            "There are \(found) pairs to train on, but a step needs \(needed)."
        case .unexpectedLatents(let side, let found, let expected):
            "The latents of \(side) have the shape \(found), but rows of \(expected) numbers were expected."
        case .diverged(let step):
            "The loss is no longer a number at step \(step); a lower learning rate may help."
        case .notFinite(let side, let row):
            "Row \(row) of the latents of \(side) holds something that is not a finite number."
        case .noCheckpoint(let folder):
            "\(folder) holds no checkpoint to resume from."
        case .checkpointExists(let folder):
            "\(folder) holds the checkpoint of an unfinished training; it can be resumed or overwritten."
        case .otherTraining(let folder, let what):
            "The checkpoint in \(folder) was made with another \(what), so that it cannot be resumed with this one."
        case .badCheckpoint(let file, let reason):
            "\(file) is no checkpoint that can be resumed: \(reason)."
        case .unwritable(let file, let reason):
            "\(file) cannot be written: \(reason)."
        }
    }

    public var errorDescription: String? { description }
}
