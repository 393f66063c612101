import Foundation
import TensorCore
import Testing

@testable import LatentDiffusion

/// Comparisons of an item alone with the same item in a batch, bit for bit, in networks of the shipped size.
@Suite(.serialized) struct BatchInvarianceTests {
    static let batches = [2, 3, 8, 16]
    static let precisions: [Precision] = Precision.hasBFloat16 ? [.float32, .bfloat16] : [.float32]

    /// Returns random weights with a spread that keeps activations near unit size.
    static func randomWeights() -> WeightReader {
        WeightReader { name, shape in
            let seed = name.utf8.reduce(UInt64(1)) { $0 &* 31 &+ UInt64($1) }
            let noise = NoiseGenerator(seed: seed).noise(shape: shape)
            let inputs = shape.dropFirst().reduce(1, *)
            return noise.scaled(by: shape.count > 1 ? 1 / Float(inputs).squareRoot() : 0.2)
        }
    }

    static func configuration<Configuration: Decodable>(_ fixture: String, _ changes: [String: Any]) throws
        -> Configuration
    {
        let data = try Data(contentsOf: Fixture.url("\(fixture)/config.json"))
        let fields = try #require(JSONSerialization.jsonObject(with: data) as? [String: Any])
        let changed = try JSONSerialization.data(withJSONObject: fields.merging(changes) { $1 })
        return try JSONDecoder().decode(Configuration.self, from: changed)
    }

    static func transformer(_ precision: Precision) throws -> DiffusionTransformer {
        let changes: [String: Any] = [
            "sample_size": 16, "hidden_size": 256, "attention_head_dim": 64, "mlp_ratio": 4, "condition_dim": 384,
            "timestep_embedding_dim": 256,
        ]
        return try DiffusionTransformer(configuration("transformer", changes), randomWeights(), precision)
    }

    static func autoencoder(_ precision: Precision) throws -> ConvolutionalAutoencoder {
        let changes: [String: Any] = [
            "sample_size": 128, "norm_groups": 16, "encoder_channels": [64, 128], "encoder_blocks": [1, 2],
            "decoder_channels": [160, 96, 48], "decoder_blocks": [3, 2, 1],
        ]
        return try ConvolutionalAutoencoder(configuration("autoencoder", changes), randomWeights(), precision)
    }

    /// Applies `network` to each of 16 items alone, then to batches of them.
    func expectInvariance(of items: Tensor, _ network: (Tensor, Range<Int>) throws -> Tensor) throws {
        let alone = try (0..<16).map { try network(items.items($0..<$0 + 1), $0..<$0 + 1).item(0) }
        for batch in Self.batches {
            let together = try network(items.items(0..<batch), 0..<batch)
            for index in 0..<batch {
                #expect(identical(together.item(index), alone[index]), "item \(index) of \(batch)")
            }
        }
    }

    @Test(arguments: precisions)
    func denoiser(precision: Precision) throws {
        let network = try Self.transformer(precision)
        let conditions = NoiseGenerator(seed: 2).noise(shape: [16, 384]).scaled(by: 0.05)
        let times = (0..<16).map { Float($0) / 15 }
        try expectInvariance(of: NoiseGenerator(seed: 1).noise(shape: [16, 16, 16, 4])) { items, range in
            try network(items, timesteps: Array(times[range]), conditions: conditions.items(range).conditions)
        }
    }

    @Test(arguments: precisions)
    func decoder(precision: Precision) throws {
        let network = try Self.autoencoder(precision)
        try expectInvariance(of: NoiseGenerator(seed: 1).noise(shape: [16, 16, 16, 4])) { items, _ in
            try network.decode(items)
        }
    }

    @Test(arguments: precisions)
    func encoder(precision: Precision) throws {
        let network = try Self.autoencoder(precision)
        try expectInvariance(of: NoiseGenerator(seed: 1).noise(shape: [16, 128, 128, 3])) { items, _ in
            try network.encode(items)
        }
    }

    @Test(arguments: precisions)
    func guidedRun(precision: Precision) throws {
        let denoiser = try Self.transformer(precision)
        let sampler = LatentSampler(denoiser)
        let settings = LatentSampler.Settings(sampler: .dpmPlusPlus2M, steps: 4, guidance: Guidance(scale: 3))
        let conditions = NoiseGenerator(seed: 2).noise(shape: [16, 384]).scaled(by: 0.05)
        try expectInvariance(of: conditions) { items, range in
            try sampler.latents(conditions: items.conditions, seeds: range.map { 100 + UInt64($0) }, settings: settings)
        }
    }
}
