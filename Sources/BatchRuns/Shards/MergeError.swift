import FilesOnDisk

/// Why the shards of a plan do not make a run yet, in one sentence.
public enum MergeError: DescribedError, Equatable {
    /// Nothing of the plan has been made.
    case notBegun(folder: String)
    /// Shards without a completion record.
    case incomplete([Shard])
    /// Records of the plan in several partitions.
    case severalCounts([Int], folder: String)
    /// A picture that was made is gone or has been replaced.
    case changed(picture: String, Shard)

    /// Shards that a sentence names.
    private static let named = 10

    public var description: String {
        switch self {
        case .notBegun(let folder):
            "\(folder) holds no records of the plan: its shards are to be run first."
        case .incomplete(let shards):
            "\(shards.count) of \(shards.first?.count ?? 0) shards are not complete: run \(Self.list(shards)) again."
        case .severalCounts(let counts, let folder):
            """
            \(folder) holds records of the plan in \(counts.map(String.init).joined(separator: " and in ")) shards: \
            one count was expected.
            """
        case .changed(let picture, let shard):
            "\(picture) is not as shard \(shard) left it: run that shard again."
        }
    }

    private static func list(_ shards: [Shard]) -> String {
        let names = shards.prefix(named).map(\.description).joined(separator: ", ")
        return shards.count > named ? names + " and the others" : names
    }
}
