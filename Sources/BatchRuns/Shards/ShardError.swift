import Foundation

/// Why a shard cannot be told, in one sentence.
public enum ShardError: Error, Equatable, Sendable, CustomStringConvertible {
    case notAShard(String)
    /// The variables of a Slurm array do not name a task of consecutive ones.
    case arrayWithGaps

    public var description: String {
        switch self {
        case .notAShard(let text):
            "“\(text)” is not a shard: its number and how many there are were expected, as in 3/8."
        case .arrayWithGaps:
            """
            The Slurm array's tasks are not numbered one after the other: --array=1-8 was expected, or --shard 3/8 to \
            say which part this is.
            """
        }
    }
}

extension ShardError: LocalizedError {
    public var errorDescription: String? { description }
}
