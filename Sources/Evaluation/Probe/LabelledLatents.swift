import Foundation
import LatentStore
import TensorCore

/// The rows of a set that a table gives labels, with their groups.
struct LabelledLatents {
    let vectors: Tensor
    /// Label and group of each row.
    let labels: [String]
    let groups: [String]

    /// Throws `DatasetError.noLabels` when the table names no row of the set.
    init(_ set: LatentSet, items: [LabelledItem], table: String) throws {
        let byID = Dictionary(items.map { ($0.id, $0) }) { first, _ in first }
        let rows = set.ids.indices.compactMap { row in byID[set.ids[row]].map { (row, $0) } }
        guard !rows.isEmpty else { throw DatasetError.noLabels(file: table) }
        self.init(vectors: set.rows(rows.map(\.0)), labels: rows.map(\.1.label), groups: rows.map(\.1.group))
    }

    private init(vectors: Tensor, labels: [String], groups: [String]) {
        (self.vectors, self.labels, self.groups) = (vectors, labels, groups)
    }

    var count: Int { labels.count }

    func rows(_ chosen: [Int]) -> LabelledLatents {
        LabelledLatents(
            vectors: vectors.gathered(chosen), labels: chosen.map { labels[$0] }, groups: chosen.map { groups[$0] })
    }

    /// Deals the groups into folds by the seed; returns the rows of each fold. Throws `ProbeError.fewGroups`.
    func folds(_ count: Int, seed: UInt64) throws -> [[Int]] {
        let names = Set(groups).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        guard names.count >= count else { throw ProbeError.fewGroups(found: names.count, needed: count) }
        let key = SIMD2(UInt32(truncatingIfNeeded: seed), UInt32(seed >> 32))
        let draws = names.indices.map {
            Philox.block(counter: SIMD4(UInt32(truncatingIfNeeded: $0), 0, 0, 0), key: key)
        }
        let order = names.indices.sorted { (draws[$0][0], draws[$0][1], $0) < (draws[$1][0], draws[$1][1], $1) }
        let foldOfGroup = Dictionary(
            uniqueKeysWithValues: order.enumerated().map { (names[$0.element], $0.offset % count) })
        return (0..<count).map { fold in labels.indices.filter { foldOfGroup[groups[$0]] == fold } }
    }
}
