import Foundation
import FrozenEncoders
import LatentStore
import Retrieval
import SoundBridge

/// Sets of latents from one encoder, searched as one.
public struct LatentIndex: Sendable {
    /// A row that the search found.
    public struct Hit: Sendable, Encodable, Equatable {
        /// Rank of the row, from 1.
        public let rank: Int
        public let id: String
        /// Name of the row's set.
        public let source: String
        /// Cosine with the query, −1 to 1.
        public let score: Double

        enum CodingKeys: String, CodingKey {
            case rank, id, score
            case source = "in"
        }
    }

    public let kind: LatentKind
    private let sets: [(name: String, latents: LatentSet)]

    /// Number of rows mapped into the space at a time, as a set may be larger than memory.
    private static let block = 8192

    /// Returns the modality of the sets. Throws `SpaceError.unknown` when they do not state it.
    public func modality() throws -> Modality {
        guard let modality = kind.modality else { throw SpaceError.unknown(source: sets[0].name, key: "modality") }
        return modality
    }

    public var count: Int { sets.reduce(0) { $0 + $1.latents.count } }

    /// Throws `SpaceError.unlike` for sets that are not of one kind.
    public init(_ sets: [(name: String, latents: LatentSet)]) throws {
        precondition(!sets.isEmpty, "something to search")
        self.sets = sets
        kind = LatentKind(sets[0].latents)
        for (name, latents) in sets where LatentKind(latents) != kind {
            throw SpaceError.unlike(first: sets[0].name, kind.description, other: name, LatentKind(latents).description)
        }
    }

    /// Returns the `count` rows nearest to a query, best first; of equal scores the earlier one, sets in the order
    /// given.
    ///
    /// - Parameters:
    ///   - query: One embedding of the space.
    ///   - map: Maps the rows into the space.
    /// - Throws: `RetrievalError`, `SpaceError`.
    @ComputeActor
    public func nearest(to query: Embeddings, count: Int, through map: SpaceMap) throws -> [Hit] {
        let query = try EmbeddedItems(query, source: "the query") { _ in "the query" }
        var best: [(set: Int, row: Int, score: Double)] = []
        for (set, (name, latents)) in sets.enumerated() {
            for start in stride(from: 0, to: latents.count, by: Self.block) {
                let rows = start..<min(start + Self.block, latents.count)
                let points = try EmbeddedItems(map(latents.rows(rows), of: kind), source: name) {
                    latents.ids[start + $0]
                }
                best += try ExactSearch(points).nearest(to: query, count: count)[0].map {
                    (set, start + $0.index, $0.score)
                }
                best.sort { ($1.score, $0.set, $0.row) < ($0.score, $1.set, $1.row) }
                best.removeLast(max(0, best.count - count))
            }
        }
        return best.enumerated().map { place, hit in
            let (name, latents) = sets[hit.set]
            return Hit(rank: place + 1, id: latents.ids[hit.row], source: name, score: hit.score)
        }
    }
}
