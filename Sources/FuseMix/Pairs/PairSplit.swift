import FilesOnDisk
import Foundation
import TensorCore

/// Pairs to train on and pairs to validate on, torn between groups, never inside one.
public struct PairSplit: Sendable, Equatable {
    /// Indices into the list, ascending.
    public let training: [Int]
    public let validation: [Int]

    /// How the validation part is chosen.
    public enum Rule: Sendable, Equatable {
        /// This share of the groups, drawn by the seed; 0 for none. A list that says itself what its pairs are for
        /// is followed instead.
        case fraction(Double)
        /// These groups.
        case groups(Set<String>)
    }

    /// Throws `PairListError` when nothing is left to train on, when a group asked for is not there, or when the
    /// list's own split tears one.
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
    /// Groups by name: a file with one a line, or their names separated by commas.
    /// Throws `FileContentError` for a file that is no text.
    public init(groups fileOrNames: String) throws {
        guard FileManager.default.fileExists(atPath: fileOrNames) else {
            self = .groups(Set(fileOrNames.split(separator: ",").map(String.init)))
            return
        }
        self = .groups(Set(try TextFile.lines(at: URL(filePath: fileOrNames)).filter { !$0.isEmpty }))
    }
}
