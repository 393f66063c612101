import FilesOnDisk

/// A part of a run, for one of the `count` machines or tasks that share it.
public struct Shard: Sendable, Hashable, CustomStringConvertible {
    /// Number of the shard, from 1 to `count`.
    public let index: Int
    public let count: Int

    /// Upper limit of `count`, above the number of tasks in any scheduler's array.
    public static let maximalCount = 1_000_000
    /// The shard that is the whole run.
    public static let whole = Shard(index: 1, count: 1)

    private init(index: Int, count: Int) {
        (self.index, self.count) = (index, count)
    }

    /// Returns all shards of a run that is divided among `count`, which is at least 1.
    static func all(_ count: Int) -> [Shard] { (1...count).map { Shard(index: $0, count: count) } }

    /// Reads `3/8`. Throws `ShardError.notAShard`.
    public init(_ text: String) throws {
        let numbers = text.split(separator: "/", omittingEmptySubsequences: false).map { Shard.number($0) }
        guard numbers.count == 2, let index = numbers[0], let count = numbers[1], 1...count ~= index else {
            throw ShardError.notAShard(text)
        }
        self.init(index: index, count: count)
    }

    /// Takes the shard of a task in a Slurm array: `SLURM_ARRAY_TASK_ID` − `SLURM_ARRAY_TASK_MIN` + 1 of
    /// `SLURM_ARRAY_TASK_COUNT`; nil outside of one.
    ///
    /// Throws `ShardError.arrayWithGaps` when the identifiers are not consecutive, as in `--array=1,5,7`: parts of the
    /// run would be left out.
    public init?(slurm environment: [String: String]) throws {
        guard let id = environment["SLURM_ARRAY_TASK_ID"] else { return nil }
        func number(_ name: String) -> Int? { environment["SLURM_ARRAY_TASK_" + name].flatMap { Int($0) } }
        guard let id = Int(id), let first = number("MIN"), let count = number("COUNT"),
            1...Shard.maximalCount ~= count, 0...Int(Int32.max) ~= first, first..<first + count ~= id,
            number("MAX") ?? first + count - 1 == first + count - 1
        else { throw ShardError.arrayWithGaps }
        self.init(index: id - first + 1, count: count)
    }

    /// Returns every `count`th item, beginning with the `index`th, so that slow items, which often stand together, are
    /// spread over the shards.
    public func part<Item>(of items: [Item]) -> [Item] {
        stride(from: index - 1, to: items.count, by: count).map { items[$0] }
    }

    /// `3/8`, as it is read.
    public var description: String { "\(index)/\(count)" }

    /// Reads plain decimal digits from 1 to the maximal count.
    private static func number(_ digits: Substring) -> Int? {
        guard digits.allSatisfy({ "0"..."9" ~= $0 }), let number = Int(digits) else { return nil }
        return 1...maximalCount ~= number ? number : nil
    }
}

/// Reasons why a shard cannot be determined, in one sentence.
public enum ShardError: DescribedError, Equatable {
    case notAShard(String)
    /// The variables of a Slurm array do not name one of several consecutive tasks.
    case arrayWithGaps
    /// The plan was started with another number of shards.
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
