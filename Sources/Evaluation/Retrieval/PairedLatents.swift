import Foundation
import FuseMix
import LatentStore
import Retrieval
import SoundBridge
import TensorCore

/// Latents of two encoders brought into one space, and which of them belong together.
public struct PairedLatents: Sendable {
    public let x: EmbeddedItems
    public let y: EmbeddedItems
    public let pairs: [RetrievalPair]

    /// - Parameters:
    ///   - rows: Which rows of `x` and `y` belong together. Rows in no pair stay out: they are neither queries nor
    ///     candidates.
    ///   - names: What errors call the two sets.
    ///   - maps: Their ways into the space.
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

/// The rows of one side that are in pairs, each once.
private struct PairedRows {
    let rows: [Int]
    /// Of each pair, where in `rows` its row is.
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
