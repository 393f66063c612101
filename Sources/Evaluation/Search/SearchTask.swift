import Foundation
import FrozenEncoders
import LatentStore
import SoundBridge

/// A search as the user asks for it: a sound, a picture or words, and the sets of latents to search.
public struct SearchTask: Sendable {
    public enum Query: Sendable {
        /// Path of a sound or a picture, distinguished by its name.
        case file(String)
        case words(String)
    }

    public var query: Query
    /// Files of latents, all from one encoder.
    public var sets: [String]
    public var count: Int
    /// Name of the matrix to take of `.safetensors` files with several; nil takes the only one.
    public var tensor: String?
    /// Adapters to use in place of the model's, by name or folder.
    public var adapters: String?
    /// The query's encoder, by name or folder; nil for the one that the adapters or the latents name.
    public var encoder: String?

    public init(_ query: Query, in sets: [String], count: Int = 5, adapters: String? = nil) {
        (self.query, self.sets, self.count, self.adapters) = (query, sets, count, adapters)
    }

    /// Runs the search. Throws `LatentError`, `TensorFileError`, `ModelError`, `SpaceError`, and what reading the query
    /// throws.
    @ComputeActor
    public func report(_ components: Components) throws -> SearchReport {
        let clock = ContinuousClock()
        let start = clock.now
        let index = try LatentIndex(
            sets.map { (name: $0, latents: try LatentSet(contentsOf: URL(filePath: $0), tensor: tensor)) })
        let route = try route(to: index, components)
        let hits = try index.nearest(to: embedding(by: route), count: count, through: route.space.second)
        return SearchReport(
            query: name, space: route.space.description, modality: index.kind.modality?.rawValue,
            searched: index.count, hits: hits, precision: components.precision,
            seconds: (clock.now - start) / .seconds(1))
    }

    private var name: String {
        switch query {
        case .file(let name), .words(let name): name
        }
    }

    private var modality: Modality {
        switch query {
        case .file(let path): Modality(ofFileNamed: path)
        case .words: .text
        }
    }

    /// The common space of query and latents, and the query's encoder with the width that its latents must have.
    private struct Route {
        let space: SharedSpace
        let encoder: NamedEncoder
        let width: Int?
    }

    @ComputeActor
    private func route(to index: LatentIndex, _ components: Components) throws -> Route {
        if let adapters {
            let chosen = try components.adapters(adapters)
            let sides = try chosen.sides(for: index.kind)
            let space = SharedSpace(first: sides.other, second: sides.own, description: chosen.name)
            let encoder = try components.encoder(self.encoder ?? sides.otherEncoder, for: modality)
            try encoder.check(modality)
            return Route(space: space, encoder: encoder, width: try space.first.inputSize())
        }
        if let encoder {
            let own = SpaceMap.own(EmbeddingSpace("the encoder's own space"))
            let named = try components.encoder(encoder, for: modality)
            try named.check(modality)
            return Route(
                space: SharedSpace(first: own, second: own, description: "the space of \(named.name)"),
                encoder: named, width: modality == .text ? nil : index.kind.channels)
        }
        let indexed = try index.modality()
        let model = try components.model()
        let space = try SharedSpace(modality, indexed, in: model)
        guard modality == indexed else {
            return Route(space: space, encoder: try model.encoder(of: modality), width: try space.first.inputSize())
        }
        let encoder =
            try (self.encoder ?? index.kind.encoder).map { try components.encoder($0, for: modality) }
            ?? model.encoder(of: modality)
        try encoder.check(modality)
        return Route(space: space, encoder: encoder, width: index.kind.channels)
    }

    /// Returns the query's embedding in the space.
    @ComputeActor
    private func embedding(by route: Route) throws -> Embeddings {
        let latents =
            switch query {
            case .file(let path): try route.encoder.latents(of: [URL(filePath: path)], width: route.width)
            case .words(let words): try route.encoder.latents(of: [words])
            }
        let kind = LatentKind(
            encoder: route.encoder.name, modality: route.encoder.modality, channels: latents.channels)
        return try route.space.first(latents, of: kind)
    }
}

/// The hits of a search, as printed.
public struct SearchReport: Sendable, Encodable {
    public let query: String
    /// Description of the space that was searched, in words.
    public let space: String
    /// Modality of the items searched (audio, text or image), when the latents state it.
    public let modality: String?
    /// Number of items searched.
    public let searched: Int
    public let hits: [LatentIndex.Hit]
    public let precision: Precision
    /// Wall-clock seconds, including loading.
    public let seconds: Double
}
