import FilesOnDisk
import Foundation
import TensorCore

/// A transformer over patches of the latents, conditioned through adaptive layer norm
/// (DiT, Peebles and Xie, arXiv 2212.09748), with RMS-normalised queries and keys.
///
/// The twin of `DiffusionTransformer` in `Training/networks.py`, which names every tensor.
public struct DiffusionTransformer: Denoiser {
    public let configuration: Configuration
    public let nullCondition: Condition?

    private let patchEmbedding: Linear
    private let positions: TokenPositions
    private let timestepEmbedding: SignalMLP
    private let conditionEmbedding: SignalMLP
    private let signalProjection: Linear?
    private let blocks: [TransformerBlock]
    private let finalNorm: LayerNorm
    private let finalModulation: Linear
    private let finalProjection: Linear

    /// Loads `config.json` and `model.safetensors` from a component's directory.
    ///
    /// - Throws: `FileContentError` or `TensorFileError`; each names the file and what was expected.
    public init(contentsOf directory: URL, precision: Precision) throws {
        let configuration = try Configuration(contentsOf: directory.appending(component: "config.json"))
        self = try WeightReader.read(directory.appending(component: "model.safetensors")) {
            try Self(configuration, $0, precision)
        }
    }

    init(_ configuration: Configuration, _ weights: WeightReader, _ precision: Precision) throws {
        let hidden = configuration.hiddenSize
        let patch = configuration.patchWidth
        self.configuration = configuration
        nullCondition = Condition(
            vector: try weights.tensor("null_condition", [configuration.conditionSize]).float32())
        patchEmbedding = try weights.linear("patch_embedding", patch, hidden, precision)
        positions = TokenPositions(
            try weights.tensor("position_embedding", [configuration.tokens, hidden]).float32(),
            side: configuration.sampleSize / configuration.patchSize)
        timestepEmbedding = try SignalMLP(
            "timestep_embedding", configuration.timestepEmbeddingSize, hidden, weights, precision)
        conditionEmbedding = try SignalMLP(
            "condition_embedding", configuration.conditionSize, hidden, weights, precision)
        signalProjection =
            configuration.tokensGetSignal ? try weights.linear("signal_projection", hidden, hidden, precision) : nil
        blocks = try (0..<configuration.layers).map {
            try TransformerBlock("blocks.\($0)", configuration, weights, precision)
        }
        finalNorm = LayerNorm(weight: nil, bias: nil, epsilon: configuration.normEpsilon)
        finalModulation = try weights.linear("final_modulation", hidden, 2 * hidden, precision)
        finalProjection = try weights.linear("final_projection", hidden, patch, precision)
    }

    public var latentShape: [Int] {
        [configuration.sampleSize, configuration.sampleSize, configuration.channels]
    }
    public var latentMultiple: Int { configuration.patchSize }
    public var conditionShape: ConditionShape { ConditionShape(tokens: 1, width: configuration.conditionSize) }
    public var schedule: any NoiseSchedule { configuration.noise.schedule }

    /// Whether latents may be of this size: a multiple of the patch, and positions that the network knows.
    public func allows(height: Int, width: Int) -> Bool {
        let patch = configuration.patchSize
        return height > 0 && width > 0 && height % patch == 0 && width % patch == 0
            && positions.serves(rows: height / patch, columns: width / patch)
    }

    public func callAsFunction(_ latents: Tensor, timesteps: [Float], conditions: [Condition]) throws -> Tensor {
        let batch = timesteps.count
        let positions = try positions(for: latents, batch: batch)
        let vectors = try vectors(of: conditions, batch: batch)

        let sinusoids = TimestepSinusoids(size: configuration.timestepEmbeddingSize)
        let times = sinusoids(timesteps.map { configuration.timestepScale * $0 })
        let conditionScale = Float(configuration.conditionSize).squareRoot()
        let signal = (timestepEmbedding(times) + conditionEmbedding(vectors * conditionScale)).applying(.silu)

        let patches = Patches(side: configuration.patchSize)
        var tokens = patchEmbedding(patches.tokens(of: latents))
        tokens = tokens + .stacked(Array(repeating: positions, count: batch))
        if let signalProjection { tokens = tokens.addingToEachPlace(signalProjection(signal)) }
        for block in blocks { tokens = block(tokens, signal: signal) }
        let modulation = Modulation(finalModulation(signal), parts: 2)
        tokens = finalProjection(modulation.modulate(finalNorm(tokens), shift: 0, scale: 1))
        return patches.latents(of: tokens, shape: latents.shape)
    }

    /// The position embeddings for these latents. Throws `SamplingError.shape`, `.size`.
    private func positions(for latents: Tensor, batch: Int) throws -> Tensor {
        let (shape, patch) = (latents.shape, configuration.patchSize)
        guard shape.count == 4, shape[0] == batch, shape[3] == configuration.channels,
            shape[1] > 0, shape[2] > 0, shape[1] % patch == 0, shape[2] % patch == 0
        else { throw SamplingError.shape(of: "latents", found: shape, expected: [batch] + latentShape) }
        guard let positions = positions(rows: shape[1] / patch, columns: shape[2] / patch) else {
            let side = configuration.sampleSize
            throw SamplingError.size(found: [shape[1], shape[2]], only: [side, side])
        }
        return positions
    }

    /// The conditions as `[batch, conditionSize]`. Throws `SamplingError.condition`, `.shape`.
    private func vectors(of conditions: [Condition], batch: Int) throws -> Tensor {
        guard conditions.count == batch else {
            throw SamplingError.shape(of: "conditions", found: [conditions.count], expected: [batch])
        }
        if let unfit = conditions.first(where: { $0.shape != conditionShape }) {
            throw SamplingError.condition(found: unfit.shape, expected: conditionShape)
        }
        return .concatenated(conditions.map(\.tokens))
    }
}

/// Linear, SiLU, linear: embeds the timestep's sinusoids or the condition; the blocks' signal is made of both.
private struct SignalMLP: Sendable {
    private let fc1: Linear
    private let fc2: Linear

    init(_ name: String, _ inputs: Int, _ hidden: Int, _ weights: WeightReader, _ precision: Precision) throws {
        fc1 = try weights.linear(name + ".fc1", inputs, hidden, activation: .silu, precision)
        fc2 = try weights.linear(name + ".fc2", hidden, hidden, precision)
    }

    func callAsFunction(_ x: Tensor) -> Tensor { fc2(fc1(x)) }
}
