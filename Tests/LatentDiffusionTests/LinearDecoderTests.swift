import TensorCore
import Testing

@testable import LatentDiffusion

/// Rough pictures of latents.
struct LinearDecoderTests {
    /// An autoencoder that is linear, and no more.
    private struct Linear: Autoencoder {
        let scale = 2
        let latentChannels = 5

        func encode(_ pictures: Tensor) throws -> Tensor { throw SamplingError.noNullCondition }

        func colours(_ latent: [Float]) -> [Float] {
            (0..<3).map { colour in
                latent.enumerated().reduce(Float(colour) / 8) { $0 + $1.element * Float($1.offset - 2 + colour) / 16 }
            }
        }

        func decode(_ latents: Tensor) throws -> Tensor {
            let values = latents.floats
            let pixels = stride(from: 0, to: values.count, by: latentChannels).flatMap {
                colours(Array(values[$0..<$0 + latentChannels]))
            }
            return Tensor(pixels, shape: Array(latents.shape.dropLast()) + [3]).upsampledNearest()
        }
    }

    @Test func findsALinearFunction() throws {
        let decoder = try LinearDecoder(Linear())
        let latents = NoiseGenerator(seed: 3).noise(shape: [2, 3, 4, 5])
        let found = decoder(latents)
        #expect(found.shape == [2, 3, 4, 3])
        let expected = (0..<24).flatMap { Linear().colours(Array(latents.floats[5 * $0..<5 * $0 + 5])) }
        #expect(zip(found.floats, expected).allSatisfy { abs($0 - $1) < 1e-5 })
    }
}
