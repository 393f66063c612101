import TensorCore
import Testing

@testable import LatentDiffusion

@Suite struct CUDANoiseTests {
    /// `torch.randn(3, 4)` on a GPU with the seed 0, as `modules/rng_philox.py` of stable-diffusion-webui has it.
    private static let known: [Float] = [
        -0.92466259, -0.42534415, -2.6438457, 0.14518388, -0.12086647, -0.57972564, -0.62285122, -0.32838709,
        -1.07454231, -0.36314407, -1.67105067, 2.26550497,
    ]

    @Test func equalsTheGPUs() {
        let rows = CUDANoise().noise(seed: 0, draw: 0, shape: [3, 4])
        let latents = CUDANoise().noise(seed: 0, draw: 0, shape: [1, 4, 3])
        for (index, expected) in Self.known.enumerated() {
            #expect(abs(rows.floats[index] - expected) < 1e-6)
            // Three channels of four pixels.
            #expect(latents.floats[index % 4 * 3 + index / 4] == rows.floats[index])
        }
    }

    /// Every draw and every seed, to its upper half, has noise of its own.
    @Test func drawsAndSeedsDiffer() {
        let noises = [(UInt64(0), 0), (0, 1), (0, 2), (1, 0), (1 << 32, 0)].map {
            CUDANoise().noise(seed: $0.0, draw: $0.1, shape: [8, 8, 4]).floats
        }
        #expect(Set(noises).count == 5)
        for noise in noises {
            let mean = noise.reduce(0, +) / 256
            let square = noise.reduce(0) { $0 + $1 * $1 } / 256
            #expect(abs(mean) < 5 / 16 && abs(square - 1) < 5 * Float(2).squareRoot() / 16)
        }
    }
}
