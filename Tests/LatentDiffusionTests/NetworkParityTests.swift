import TensorCore
import Testing

@testable import LatentDiffusion

/// The networks compared with their PyTorch twins, with the same half-precision weights.
///
/// Tolerances: f32 sums of up to a few hundred products differ by their order, 1e-4 of a value of unit size;
/// bf16 keeps eight bits of each factor, 2e-2.
@Suite struct NetworkParityTests {
    static let precisions = [(Precision.float32, Float(1e-4)), (.bfloat16, 2e-2)].filter {
        $0.0 == .float32 || Precision.hasBFloat16
    }

    @Test(arguments: [("transformer", 4), ("transformer-low-rank", 6)], precisions)
    func diffusionTransformer(kind: (folder: String, channels: Int), within: (Precision, Float)) throws {
        let (precision, tolerance) = within
        let fixture = try Fixture.tensors("\(kind.folder)/fixture.safetensors")
        let network = try DiffusionTransformer(contentsOf: Fixture.url(kind.folder), precision: precision)
        #expect(network.latentShape == [8, 8, kind.channels])
        #expect(network.nullCondition?.shape == network.conditionShape && network.conditionShape.width == 12)
        let found = try network(
            fixture.tensor("latents"), timesteps: fixture.tensor("timesteps").floats,
            conditions: fixture.tensor("conditions").conditions)
        #expect(distance(found, try fixture.tensor("output"), relative: tolerance, floor: tolerance) <= 1)
    }

    /// Computed positions work for any size; a learned table of positions works for its own size only.
    @Test(arguments: [4, 12])
    func otherSizes(side: Int) throws {
        let fixture = try Fixture.tensors("transformer/fixture.safetensors")
        let sizes = try Fixture.tensors("transformer/sizes.safetensors")
        let network = try DiffusionTransformer(contentsOf: Fixture.url("transformer"), precision: .float32)
        let (times, conditions) = (try fixture.tensor("timesteps").floats, try fixture.tensor("conditions").conditions)
        let latents = try sizes.tensor("\(side).latents")
        let found = try network(latents, timesteps: times, conditions: conditions)
        #expect(distance(found, try sizes.tensor("\(side).output"), relative: 1e-4, floor: 1e-4) <= 1)
        // The input is wider than high.
        let wide = try network(Tensor(zeros: [3, 4, side, 4]), timesteps: times, conditions: conditions)
        #expect(wide.shape == [3, 4, side, 4])

        let learned = try DiffusionTransformer(
            BatchInvarianceTests.configuration("transformer", [:]), BatchInvarianceTests.randomWeights(), .float32)
        #expect(throws: SamplingError.size(found: [side, side], only: [8, 8])) {
            try learned(latents, timesteps: times, conditions: conditions)
        }
        #expect(throws: SamplingError.self) {
            try network(Tensor(zeros: [3, 5, 4, 4]), timesteps: times, conditions: conditions)
        }
    }

    @Test(arguments: precisions)
    func autoencoder(precision: Precision, tolerance: Float) throws {
        let fixture = try Fixture.tensors("autoencoder/fixture.safetensors")
        let network = try ConvolutionalAutoencoder(contentsOf: Fixture.url("autoencoder"), precision: precision)
        let encoded = try network.encode(fixture.tensor("pictures"))
        #expect(distance(encoded, try fixture.tensor("encoded"), relative: tolerance, floor: tolerance) <= 1)
        let decoded = try network.decode(fixture.tensor("latents"))
        #expect(distance(decoded, try fixture.tensor("decoded"), relative: tolerance, floor: tolerance) <= 1)
    }

    @Test func wrongShapesAreErrors() throws {
        let transformer = try DiffusionTransformer(contentsOf: Fixture.url("transformer"), precision: .float32)
        let latents = Tensor(zeros: [1, 8, 8, 4])
        #expect(throws: SamplingError.shape(of: "latents", found: [1, 8, 8, 4], expected: [2, 8, 8, 4])) {
            try transformer(latents, timesteps: [0, 1], conditions: Tensor(zeros: [2, 12]).conditions)
        }
        let wide = Condition(vector: Tensor(zeros: [13]))
        #expect(throws: SamplingError.condition(found: wide.shape, expected: transformer.conditionShape)) {
            try transformer(latents, timesteps: [0], conditions: [wide])
        }
        let several = Condition(tokens: Tensor(zeros: [2, 12]))
        #expect(throws: SamplingError.condition(found: several.shape, expected: transformer.conditionShape)) {
            try transformer(latents, timesteps: [0], conditions: [several])
        }
        #expect(throws: SamplingError.shape(of: "conditions", found: [2], expected: [1])) {
            try transformer(latents, timesteps: [0], conditions: Tensor(zeros: [2, 12]).conditions)
        }
        let autoencoder = try ConvolutionalAutoencoder(contentsOf: Fixture.url("autoencoder"), precision: .float32)
        for shape in [[1, 30, 32, 3], [1, 32, 32, 4], [32, 32, 3], [1, 0, 32, 3]] {
            #expect(throws: SamplingError.self) { try autoencoder.encode(Tensor(zeros: shape)) }
        }
        for shape in [[1, 4, 4, 3], [4, 4, 4], [1, 0, 4, 4]] {
            #expect(throws: SamplingError.self) { try autoencoder.decode(Tensor(zeros: shape)) }
        }
    }

    /// Compares with the plain definitions, element by element.
    @Test func pixelShuffleAndPatchesFollowTheirDefinitions() {
        let (side, height, width, channels) = (2, 4, 6, 3)
        let picture = NoiseGenerator(seed: 2).noise(shape: [2, height, width, channels])
        let pixels = picture.floats
        let packed = PixelShuffle(side: side).packed(picture)
        let tokens = Patches(side: side).tokens(of: picture)
        #expect(packed.shape == [2, 2, 3, 12] && tokens.shape == [2, 6, 12])
        let (packedValues, tokenValues) = (packed.floats, tokens.floats)
        for item in 0..<2 {
            for y in 0..<height {
                for x in 0..<width {
                    for c in 0..<channels {
                        let pixel = pixels[((item * height + y) * width + x) * channels + c]
                        let square = (item * 2 + y / side) * 3 + x / side
                        let within = y % side * side + x % side
                        #expect(packedValues[square * 12 + c * side * side + within] == pixel)
                        #expect(tokenValues[square * 12 + within * channels + c] == pixel)
                    }
                }
            }
        }
        #expect(identical(PixelShuffle(side: side).unpacked(packed), picture))
        #expect(identical(Patches(side: side).latents(of: tokens, shape: picture.shape), picture))
    }
}
