import Foundation

/// Something that makes the figures of a training say less than they seem to; each case reads as one sentence.
public enum TrainingWarning: Sendable, Equatable, CustomStringConvertible {
    /// The best adapters by validation are from a step of the warm-up.
    case bestInWarmup(step: Int, warmupSteps: Int)
    /// Each group is all the pairs of one text, so that validation holds out texts, not recordings.
    case groupsAreClasses(count: Int)
    /// Rows of one side that are held out, and equal to another of them.
    case equalRows(side: String, count: Int, of: Int, highestRecall: Double)

    public var description: String {
        switch self {
        case .bestInWarmup(let step, let warmupSteps):
            """
            The best validation, at step \(step), lies within the \(warmupSteps) steps of warm-up, and no later step did \
            better: too little is held out to tell, or the learning rate is too high.
            """
        case .groupsAreClasses(let count):
            """
            Each of the \(count) groups is all the pairs of one text, so validation holds out whole classes and measures \
            texts that training never saw; groups of recordings would measure new recordings of known ones.
            """
        case .equalRows(let side, let count, let total, let highest):
            """
            \(count) of \(total) held-out rows of \(side) are equal to another of them, and a tie is a miss: R@1 to \(side) \
            cannot exceed \(String(format: "%.3f", highest)). A row for each different one, which several pairs name, counts them \
            all as right.
            """
        }
    }
}
