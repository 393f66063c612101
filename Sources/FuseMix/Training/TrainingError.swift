import FilesOnDisk

/// Reasons why a training cannot begin or go on; each case reads as one sentence.
public enum TrainingError: DescribedError, Equatable {
    case tooFewPairs(found: Int, needed: Int)
    /// Latents that do not fit the adapter.
    case unexpectedLatents(side: String, found: [Int], expected: Int)
    /// Weights of a base that do not fit the adapters.
    case unfitBase(found: [Int], expected: String)
    /// A loss that is not a number.
    case diverged(step: Int)
    case notFinite(side: String, row: Int)
    /// Standardization of a side that has no input projection because its width is that of its latents.
    case noInputProjection(side: String)
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
        case .unfitBase(let found, let expected):
            "The weights of the base have the shape \(found), but \(expected) was expected."
        case .diverged(let step):
            "The loss is no longer a number at step \(step); a lower learning rate may help."
        case .notFinite(let side, let row):
            "Row \(row) of the latents of \(side) holds something that is not a finite number."
        case .noInputProjection(let side):
            "The latents of \(side) cannot be standardized without an input projection; another width than theirs has one."
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
}
