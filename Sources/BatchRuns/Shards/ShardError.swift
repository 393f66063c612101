import FilesOnDisk

/// Why a shard cannot be told, in one sentence.
public enum ShardError: DescribedError, Equatable {
    case notAShard(String)
    /// The variables of a Slurm array do not name a task of consecutive ones.
    case arrayWithGaps
    /// The plan was begun in another number of shards.
    case otherCount(Shard, begun: Int, folder: String)

    public var exitStatus: Int32 { 2 }

    public var description: String {
        switch self {
        case .notAShard(let text):
            "“\(text)” is not a shard: its number and how many there are were expected, as in 3/8."
        case .arrayWithGaps:
            """
            The Slurm array's tasks are not numbered one after the other: --array=1-8 was expected, or --shard 3/8 to \
            say which part this is.
            """
        case .otherCount(let shard, let begun, let folder):
            """
            Shard \(shard) was asked for, but \(folder) has records of the plan in \(begun) shards: a number of \(begun) \
            was expected.
            """
        }
    }
}
