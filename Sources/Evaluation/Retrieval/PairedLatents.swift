import Foundation
import FuseMix
import LatentStore
import Retrieval
import SoundBridge

/// Latents of two encoders brought into one space, with their pairs.
public struct PairedLatents: Sendable {
    public let x: EmbeddedItems
    public let y: EmbeddedItems
    public let pairs: [RetrievalPair]

    /// - Parameters:
    ///   - rows: Pairs of rows of `x` and `y`. Rows in no pair are left out: they are neither queries nor candidates.
    ///   - names: Names of the two sets in error messages.
    ///   - maps: The two maps into the space.
    /// - Throws: `SpaceError`, `RetrievalError`.
    @ComputeActor
    public init(
        x: LatentSet, y: LatentSet, pairs rows: PairList, names: (x: String, y: String),
        maps: (x: SpaceMap, y: SpaceMap)
    ) throws {
        guard rows.count > 0 else { throw RetrievalError.noPairs }
        let (xSide, ySide) = (PairedRows(rows.xRows), PairedRows(rows.yRows))
        self.x = try xSide.items(of: x, named: names.x, through: maps.x)
        self.y = try ySide.items(of: y, named: names.y, through: maps.y)
        pairs = rows.groups.indices.map { index in
            RetrievalPair(x: xSide.places[index], y: ySide.places[index], group: rows.groups[index])
        }
    }
}

/// The rows of one side that occur in pairs, each once.
private struct PairedRows {
    let rows: [Int]
    /// Index in `rows` of each pair's row.
    let places: [Int]

    init(_ paired: [Int]) {
        let rows = Set(paired).sorted()
        let places = Dictionary(uniqueKeysWithValues: zip(rows, rows.indices))
        self.rows = rows
        self.places = paired.map { places[$0, default: 0] }
    }

    @ComputeActor
    func items(of latents: LatentSet, named name: String, through map: SpaceMap) throws -> EmbeddedItems {
        try EmbeddedItems(map(latents.rows(rows), of: LatentKind(latents)), source: name) { latents.ids[rows[$0]] }
    }
}
