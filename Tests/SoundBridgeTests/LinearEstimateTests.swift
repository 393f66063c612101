import LatentDiffusion
import TensorCore
import Testing

@testable import SoundBridge

struct LinearEstimateTests {
    /// An autoencoder whose latents are linear in the mean colour of two by two pixels.
    private struct Linear: Autoencoder {
        let scale = 2
        let latentChannels = 4

        func encode(_ pictures: Tensor) throws -> Tensor {
            let (height, width) = (pictures.shape[1], pictures.shape[2])
            let floats = pictures.floats
            let latents = (0..<height / 2).flatMap { y in
                (0..<width / 2).flatMap { x -> [Float] in
                    let means = (0..<3).map { c in
                        [(0, 0), (0, 1), (1, 0), (1, 1)].reduce(Float(0)) {
                            $0 + floats[((2 * y + $1.0) * width + 2 * x + $1.1) * 3 + c] / 4
                        }
                    }
                    return [means[0] + 2 * means[1], means[1] - means[2] + 0.5, 3 * means[2], means[0] - 1]
                }
            }
            return Tensor(latents, shape: [1, height / 2, width / 2, 4])
        }

        func decode(_ latents: Tensor) throws -> Tensor { latents }
    }

    @Test func coloursThatAreLinearInTheLatentsAreFound() throws {
        let estimate = try LinearEstimate(fitting: Linear())
        let colours: [[Float]] = [[-1, 0, 1], [0.5, 0.25, -0.75], [0, 0, 0], [1, -1, 1]]
        let pixels = colours.flatMap { colour in [Float](repeating: 0, count: 2).flatMap { _ in colour } }
        // Four patches of two by two pixels, one beside the other.
        let picture = try estimate(Linear().encode(Tensor(pixels + pixels, shape: [1, 2, 8, 3])))
        #expect(picture.width == 4 && picture.height == 1)
        for (place, colour) in zip(picture.values.indices, colours.flatMap(\.self)) {
            #expect(abs(picture.values[place] - colour) < 0.02)
        }
    }
}
