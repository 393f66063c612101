import TensorCore
import Testing

@testable import LatentDiffusion

/// Noise compared with `torch.randn` (`Training/fixtures/torch_noise_fixtures.py`).
@Suite struct TorchNoiseTests {
    static let seeds: [UInt64] = [0, 42, 0x1_0000_0005, 0x7fff_ffff_ffff_ffff]
    static let shapes: [[Int]] = [[4, 8, 8], [4, 3, 5], [4, 2, 2], [4, 3, 1], [1, 1, 3]]

    /// PyTorch computes logarithm, sine and cosine in single precision.
    @Test(arguments: seeds, shapes)
    func equalsTheReference(seed: UInt64, shape: [Int]) throws {
        let name = "\(seed)." + shape.map(String.init).joined(separator: ".")
        let expected = try Fixture.tensors("torch-noise.safetensors").tensor(name)
        for draw in 0..<3 {
            let latents = TorchNoise().noise(seed: seed, draw: draw, shape: [shape[1], shape[2], shape[0]])
            let reference = expected.item(draw).reshaped([shape[0], shape[1] * shape[2]]).transposed()
            #expect(
                distance(latents.reshaped(reference.shape), reference, relative: 1e-6, floor: 2e-6) <= 1, "draw \(draw)"
            )
        }
    }

    /// The ten thousandth number of the default seed, which the C++ standard gives for `std::mt19937`.
    @Test func theTwisterIsTheStandardOne() {
        var generator = MersenneTwister(seed: 5489)
        for _ in 1..<10_000 { _ = generator.word() }
        #expect(generator.word() == 4_123_659_995)
    }
}
