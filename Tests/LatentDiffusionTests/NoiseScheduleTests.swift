import Foundation
import TensorCore
import Testing

@testable import LatentDiffusion

@Suite struct NoiseScheduleTests {
    static let names = ["flow", "flow_shifted", "epsilon", "velocity", "sample"]

    static func schedule(_ name: String) throws -> any NoiseSchedule {
        let all = try JSONDecoder().decode(
            [String: NoiseScheduleConfiguration].self, from: Data(contentsOf: Fixture.url("schedules.json")))
        return try #require(all[name]).schedule
    }

    /// Both sides compute in double precision and store floats: 1e-6 is eight units in the last place.
    @Test(arguments: names + ["noisiest"])
    func levelsEqualTheReference(name: String) throws {
        let expected = try Fixture.tensors("samplers.safetensors").tensor("\(name).levels")
        let levels = try Self.schedule(name).levels(steps: 10)
        let found = levels.flatMap { [$0.timestep, Float($0.signal), Float($0.sigma), Float($0.inputScale)] }
        #expect(distance(Tensor(found, shape: [11, 4]), expected, relative: 1e-6, floor: 1e-9) <= 1)
    }

    @Test(arguments: names + ["noisiest"], [1, 2, 3, 7, 28, 50, 999])
    func levelsFallToZero(name: String, steps: Int) throws {
        let levels = try Self.schedule(name).levels(steps: steps)
        #expect(levels.count == steps + 1)
        #expect(levels.last?.sigma == 0 && levels.last?.signal == 1)
        #expect(zip(levels, levels.dropFirst()).allSatisfy { $0.sigma > $1.sigma })
    }

    /// Values printed by NumPy: `np.arange(…)`, `np.linspace(…).round()` as in diffusers' DDIM.
    @Test func spacings() {
        func timesteps(_ spacing: DiscreteDiffusion.Spacing, _ steps: Int, offset: Int = 0) -> [Int] {
            DiscreteDiffusion(spacing: spacing, offset: offset).timesteps(steps)
        }
        #expect(timesteps(.leading, 4) == [750, 500, 250, 0])
        #expect(timesteps(.leading, 3, offset: 1) == [667, 334, 1])
        #expect(timesteps(.linspace, 4) == [999, 666, 333, 0])
        #expect(timesteps(.linspace, 3) == [999, 500, 0])  // 499.5 rounds to even
        #expect(timesteps(.trailing, 4) == [999, 749, 499, 249])
        #expect(timesteps(.trailing, 3) == [999, 666, 332])
        #expect(timesteps(.trailing, 1) == [999])
    }

    @Test(arguments: [0, -1, 1001, Int.max])
    func impossibleStepCounts(steps: Int) {
        #expect(throws: SamplingError.steps(steps, most: 1000)) {
            try DiscreteDiffusion().levels(steps: steps)
        }
        if steps != 1001 {
            #expect(throws: SamplingError.steps(steps, most: 10_000)) {
                try RectifiedFlow().levels(steps: steps)
            }
        }
    }

    @Test func offsetPastTheLastStep() {
        #expect(throws: SamplingError.self) { try DiscreteDiffusion(offset: 1).levels(steps: 1000) }
    }

    /// The output of a perfect network is read correctly: it is built from x₀ and ε for each prediction kind.
    @Test(arguments: names)
    func denoisedInvertsThePrediction(name: String) throws {
        let schedule = try Self.schedule(name)
        let clean = Tensor([0.5, -1.25, 0.0625, 2], shape: [4])
        let noise = NoiseGenerator(seed: 1).noise(shape: [4])
        for level in try schedule.levels(steps: 10).dropLast() {
            let (alpha, beta) = (Float(level.inputScale), Float(level.inputScale * level.sigma))
            let state = clean * Float(level.signal) + noise * Float(level.sigma)
            let output =
                switch name {
                case "epsilon": noise
                case "velocity": noise * alpha - clean * beta
                case "sample": clean
                default: noise - clean
                }
            let found = schedule.denoised(state: state, output: output, level: level)
            // The state holds x₀ plus σ ε, so σ roundings of ε are the floor.
            let floor = Float(4e-7 * (1 + level.sigma))
            #expect(distance(found, clean, relative: 1e-6, floor: floor) <= 1)
        }
    }
}
