import FrozenEncoders
import FuseMix
import SoundBridge
import TensorCore

/// A way from the latents of one encoder into a shared space.
public indirect enum SpaceMap: Sendable {
    /// The encoder's own space.
    case latents
    /// One side of the adapters of that name, made for latents of that encoder.
    case adapter(Adapter, of: String, encoder: String)
    /// A sound's embedding and class scores, side by side, to the conditioning space, which is the sentence space.
    case bridge(Bridge)
    /// The same, then on as words go.
    case words(Bridge, then: SpaceMap)

    /// How many numbers a latent must have; nil when any number will do. Throws what loading the bridge throws.
    @ComputeActor
    public func inputSize() throws -> Int? {
        switch self {
        case .latents: return nil
        case .adapter(let adapter, _, _): return adapter.inputSize
        case .bridge(let bridge), .words(let bridge, _):
            let (embedding, scores) = try bridge.soundLengths()
            return embedding + scores
        }
    }

    /// `[n, channels]` of any float type, n at least 1 → `[n, channels of the space]`, rows of length 1.
    /// Throws `SpaceError` for latents of another kind; what the bridge throws.
    @ComputeActor
    public func callAsFunction(_ latents: Tensor, of kind: LatentKind) throws -> Tensor {
        switch self {
        case .latents:
            return latents.float32().normalized()
        case .adapter(let adapter, let name, let encoder):
            guard kind.fits(encoder: encoder, channels: adapter.inputSize), latents.channels == adapter.inputSize else {
                throw SpaceError.noSide(
                    adapters: name, takes: "\(encoder)'s vectors of \(adapter.inputSize) numbers here",
                    found: kind.description)
            }
            return adapter(latents)
        case .bridge(let bridge):
            return try conditions(bridge, latents, kind)
        case .words(let bridge, let next):
            let conditions = try conditions(bridge, latents, kind)
            return try next(conditions, of: LatentKind(encoder: nil, modality: .text, channels: conditions.channels))
        }
    }

    @ComputeActor
    private func conditions(_ bridge: Bridge, _ latents: Tensor, _ kind: LatentKind) throws -> Tensor {
        let (embedding, scores) = try bridge.soundLengths()
        guard latents.channels == embedding + scores else {
            throw SpaceError.bridge(
                model: bridge.bundle.name, embedding: embedding, scores: scores, found: kind.description)
        }
        let rows = latents.float32()
        return Tensor.stacked(
            try (0..<rows.shape[0]).map { row in
                let values = rows.item(row).floats
                let sound = SoundLatent(
                    embedding: Array(values.prefix(embedding)), scores: Array(values.dropFirst(embedding)),
                    windowCount: 1)
                return try bridge.condition(on: sound).vector
            })
    }
}
