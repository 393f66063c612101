import FilesOnDisk
import LatentStore

extension TrainingData {
    /// Share of held-out rows equal to others from which on they are warned of.
    private static let manyEqual = 0.1

    /// Returns what has to be said of the figures before anything is trained.
    func warnings(selection: TrainingSettings.Selection) -> [TrainingWarning] {
        guard !split.validation.isEmpty else { return [] }
        let x = Self.checksums(of: x.latents, pairs.xRows), y = Self.checksums(of: y.latents, pairs.yRows)
        let textsAreX = self.x.latents.metadata["modality"] == "text" && self.y.latents.metadata["modality"] != "text"
        // Whoever chooses by class accuracy wants classes held out.
        let classes =
            selection == .classAccuracy
            ? nil : classCount(textsOfPairs: textsAreX ? pairs.xRows.map { x[$0] } : pairs.yRows.map { y[$0] })
        return [
            classes.map { .groupsAreClasses(count: $0) },
            equalRows("y", queries: pairs.xRows, pairs.yRows, y), equalRows("x", queries: pairs.yRows, pairs.xRows, x),
        ].compactMap { $0 }
    }

    /// The checksum of the vector of each row that a pair names.
    private static func checksums(of latents: LatentSet, _ rows: [Int]) -> [Int: UInt64] {
        Dictionary(
            uniqueKeysWithValues: Set(rows).map { row in
                (row, latents.vectors.item(row).withBytes { FNV1a.hash($0) })
            })
    }

    /// The number of groups if each is all the pairs of one text, at least two of them on average; else nil.
    private func classCount(textsOfPairs texts: [UInt64?]) -> Int? {
        var textOfGroup: [Int: UInt64?] = [:]
        for (group, text) in zip(pairs.groups, texts) {
            if textOfGroup.updateValue(text, forKey: group) ?? text != text { return nil }
        }
        let count = textOfGroup.count
        return Set(textOfGroup.values).count == count && count > 1 && pairs.count >= 2 * count ? count : nil
    }

    /// A warning when many of the held-out candidates are equal to another of them.
    private func equalRows(
        _ side: String, queries: [Int], _ candidates: [Int], _ checksums: [Int: UInt64]
    ) -> TrainingWarning? {
        var rows: [UInt64: Set<Int>] = [:]
        var right: [Int: Set<Int>] = [:]
        for pair in split.validation {
            rows[checksums[candidates[pair], default: 0], default: []].insert(candidates[pair])
            right[queries[pair], default: []].insert(candidates[pair])
        }
        let equal = rows.values.filter { $0.count > 1 }.reduce(0) { $0 + $1.count }
        let total = rows.values.reduce(0) { $0 + $1.count }
        guard Double(equal) >= Self.manyEqual * Double(total), equal > 0 else { return nil }
        // A query finds a right candidate first only where all the equal ones are right too.
        let findable = right.values.count { right in
            right.contains { rows[checksums[$0, default: 0]]?.isSubset(of: right) ?? false }
        }
        return .equalRows(
            side: side, count: equal, of: total, highestRecall: Double(findable) / Double(right.count))
    }
}
