import FrozenEncoders
import FuseMix
import SoundBridge
import TensorCore

/// A map from the latents of one encoder into a space where they can be compared.
public indirect enum SpaceMap: Sendable {
    /// The identity, for latents that already lie in the space.
    case own(EmbeddingSpace)
    /// One side of the named adapters, made for latents of that encoder.
    case adapter(Adapter, of: String, encoder: String)
    /// A model's sound adapter, from a sound's embedding and class scores, side by side, to the sentence space.
    case sentence(Pipeline)
    /// A model's sound adapter followed by the map for words.
    case sentenceThen(Pipeline, SpaceMap)

    /// Returns the required length of a latent; nil when any length will do. Throws `ModelError`.
    @ComputeActor
    public func inputSize() throws -> Int? {
        switch self {
        case .own: return nil
        case .adapter(let adapter, _, _): return adapter.inputSize
        case .sentence(let pipeline), .sentenceThen(let pipeline, _):
            let lengths = try Self.soundLengths(pipeline)
            return lengths.embedding + lengths.scores
        }
    }

    /// Maps `[n, channels]` of any float type, n at least 1, to embeddings of the space.
    /// Throws `SpaceError` for latents of another kind; `ModelError`.
    @ComputeActor
    public func callAsFunction(_ latents: Tensor, of kind: LatentKind) throws -> Embeddings {
        switch self {
        case .own(let space):
            return Embeddings(latents, in: space)
        case .adapter(let adapter, let name, let encoder):
            guard kind.fits(encoder: encoder, channels: adapter.inputSize), latents.channels == adapter.inputSize else {
                throw SpaceError.noSide(
                    adapters: name, takes: "\(encoder)'s vectors of \(adapter.inputSize) numbers here",
                    found: kind.description)
            }
            return Embeddings(normalized: adapter(latents), in: EmbeddingSpace(name))
        case .sentence(let pipeline):
            return try Self.sentences(pipeline, latents, kind)
        case .sentenceThen(let pipeline, let next):
            let sentences = try Self.sentences(pipeline, latents, kind)
            return try next(
                sentences.rows, of: LatentKind(encoder: nil, modality: .text, channels: sentences.channels))
        }
    }

    @ComputeActor
    private static func soundLengths(_ pipeline: Pipeline) throws -> (embedding: Int, scores: Int) {
        let encoder = try pipeline.parts.audioEncoder()
        return (encoder.embeddingLength, encoder.labels?.count ?? 0)
    }

    @ComputeActor
    private static func sentences(_ pipeline: Pipeline, _ latents: Tensor, _ kind: LatentKind) throws -> Embeddings {
        let (embedding, scores) = try soundLengths(pipeline)
        guard latents.channels == embedding + scores else {
            throw SpaceError.soundAdapter(
                model: pipeline.parts.name, embedding: embedding, scores: scores, found: kind.description)
        }
        let rows = latents.float32()
        return Embeddings(
            try (0..<rows.shape[0]).map { row in
                let values = rows.item(row).floats
                return try pipeline.embedding(
                    of: EncodedSound(
                        embedding: Array(values.prefix(embedding)),
                        scores: scores > 0 ? Array(values.dropFirst(embedding)) : nil))
            })
    }
}
