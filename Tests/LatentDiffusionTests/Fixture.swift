import Foundation
import TensorCore
import Testing

@testable import LatentDiffusion

/// Files written by the `diffusion_…` and `scheduler_fixtures.py` in `Training/fixtures`.
enum Fixture {
    static func url(_ path: String) throws -> URL {
        try #require(Bundle.module.url(forResource: "Fixtures", withExtension: nil)).appending(path: path)
    }

    static func tensors(_ path: String) throws -> SafetensorsFile {
        try SafetensorsFile(contentsOf: url(path))
    }
}

/// Returns the largest `|found − expected| / (|expected| · relative + floor)`; at most 1 means equal within tolerance.
func distance(_ found: Tensor, _ expected: Tensor, relative: Float, floor: Float) -> Float {
    guard found.shape == expected.shape else { return .infinity }
    return zip(found.floats, expected.floats).reduce(0) { worst, pair in
        let excess = abs(pair.0 - pair.1) / (abs(pair.1) * relative + floor)
        return excess.isFinite ? max(worst, excess) : .infinity
    }
}

extension Tensor {
    /// The rows `[width]` as conditions.
    var conditions: [Condition] { (0..<shape[0]).map { Condition(vector: item($0)) } }
}

/// Whether both tensors are equal bit for bit.
func identical(_ a: Tensor, _ b: Tensor) -> Bool {
    a.shape == b.shape && a.floats.map(\.bitPattern) == b.floats.map(\.bitPattern)
}

/// The network of the fixture script: smooth and bounded, for latents of any size. Its condition is added to the
/// output, so that guidance shows in the result.
struct ToyDenoiser: Denoiser {
    var latentShape = [1, 1, 8]
    var latentMultiple: Int { 1 }
    var conditionShape: ConditionShape { ConditionShape(tokens: 1, width: 1) }
    var schedule: any NoiseSchedule { RectifiedFlow() }
    var nullCondition: Condition? = Condition(vector: Tensor([0], shape: [1]))
    /// Added to the output; nil for a network that knows of no guidance.
    var embeddedGuidance: Float?
    /// The largest timestep; the smallest is 0.
    var largestTimestep: Float = 1
    /// Called with the batch size and timestep of every call.
    var observe: @Sendable (_ batch: Int, _ timestep: Float) -> Void = { _, _ in }

    func allows(height: Int, width: Int) -> Bool { true }

    func guided(by scale: Float) -> (any Denoiser)? {
        guard embeddedGuidance != nil else { return nil }
        var guided = self
        guided.embeddedGuidance = scale - 1
        return guided
    }

    func callAsFunction(_ latents: Tensor, timesteps: [Float], conditions: [Condition]) throws -> Tensor {
        observe(timesteps.count, timesteps[0])
        let size = latents.count / timesteps.count
        let conditions = conditions.map { $0.tokens.floats[0] }
        let values = latents.floats.enumerated().map { index, x in
            let (item, element) = index.quotientAndRemainder(dividingBy: size)
            let wave = tanh(0.7 * Double(x) + 0.1 * Double(element) - 0.35)
            return Float(0.8 * wave - 0.3 * Double(timesteps[item] / largestTimestep)) + conditions[item]
                + (embeddedGuidance ?? 0)
        }
        return Tensor(values, shape: latents.shape)
    }
}
