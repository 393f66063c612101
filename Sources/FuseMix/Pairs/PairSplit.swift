import FilesOnDisk
import Foundation

/// Pairs to train on and pairs to validate on; a split never divides a group.
public struct PairSplit: Sendable, Equatable {
    /// Indices into the list, ascending.
    public let training: [Int]
    public let validation: [Int]

    /// The rule that chooses the validation part.
    public enum Rule: Sendable, Equatable {
        /// A share of the groups, drawn by the seed; 0 for none. A list that has a split of its own is followed
        /// instead.
        case fraction(Double)
        /// The groups of these names.
        case groups(Set<String>)
    }

    /// Splits the pairs. Throws `PairListError` when nothing is left to train on, when a requested group is not there,
    /// or when the list's own split divides a group.
    public init(_ pairs: PairList, by rule: Rule, seed: UInt64) throws {
        let held = try Self.heldOut(of: pairs, by: rule, seed: seed)
        let usable =
            pairs.parts.map { parts in (0..<pairs.count).filter { parts[$0] != .test } } ?? Array(0..<pairs.count)
        training = usable.filter { !held.contains(pairs.groups[$0]) }
        validation = usable.filter { held.contains(pairs.groups[$0]) }
        guard !training.isEmpty else {
            throw PairListError.emptyPart(part: "training", reason: "every group is held out for validation or test")
        }
    }

    private static func heldOut(of pairs: PairList, by rule: Rule, seed: UInt64) throws -> Set<Int> {
        switch rule {
        case .groups(let names):
            let held = pairs.groupNames.indices.filter { names.contains(pairs.groupNames[$0]) }
            if let missing = names.subtracting(pairs.groupNames).min() {
                throw PairListError.noGroup(name: missing)
            }
            return Set(held)
        case .fraction(let fraction):
            if let parts = pairs.parts { return try declared(pairs, parts) }
            guard fraction > 0 else { return [] }
            let order = RandomStream(seed: seed, .split, time: 0).shuffled(Array(pairs.groupNames.indices))
            let count = min(max(1, Int((Double(order.count) * fraction).rounded())), order.count)
            return Set(order.prefix(count))
        }
    }

    /// The groups that the list marks for validation.
    private static func declared(_ pairs: PairList, _ parts: [PairList.Part]) throws -> Set<Int> {
        var partOfGroup: [Int: PairList.Part] = [:]
        for (group, part) in zip(pairs.groups, parts) {
            if let other = partOfGroup.updateValue(part, forKey: group), other != part {
                throw PairListError.torn(group: pairs.groupNames[group], parts: [other, part])
            }
        }
        return Set(partOfGroup.filter { $0.value == .validation }.keys)
    }
}

extension PairSplit.Rule {
    /// Reads names of groups: from a file with one a line, or separated by commas. Throws `FileContentError` for a file
    /// that is not text.
    public init(groups fileOrNames: String) throws {
        guard FileManager.default.fileExists(atPath: fileOrNames) else {
            self = .groups(Set(fileOrNames.split(separator: ",").map(String.init)))
            return
        }
        self = .groups(Set(try TextFile.lines(at: URL(filePath: fileOrNames)).filter { !$0.isEmpty }))
    }
}
