import TensorCore
import Testing

@testable import LatentDiffusion

@Suite struct SamplerTests {
    /// Every step of a run compared with the reference in double precision, which the fixture script has compared with
    /// diffusers.
    ///
    /// Tolerance: the states are floats (6e-8 relative) and a step works with numbers as large as the level
    /// it starts from, so errors enter at 1e-6 of that level's spread; later steps shrink them.
    @Test(arguments: NoiseScheduleTests.names, SamplerKind.allCases)
    func followsTheReferenceStepByStep(name: String, kind: SamplerKind) throws {
        let expected = try Fixture.tensors("samplers.safetensors").tensor("\(name).\(kind.rawValue)")
        let schedule = try NoiseScheduleTests.schedule(name)
        let denoiser = ToyDenoiser(largestTimestep: name.hasPrefix("flow") ? 1 : 1000)
        let levels = try schedule.levels(steps: 10)
        var sampler = kind.makeSampler()
        var state = NoiseGenerator(seed: 7).noise(shape: [8]) * Float(1 / levels[0].inputScale)
        #expect(distance(state, expected.item(0), relative: 1e-6, floor: 0) <= 1)
        for step in 1...10 {
            state = try sampler.step(state, from: levels[step - 1], to: levels[step]) { state, level in
                let output = try denoiser(
                    state.reshaped([1, 8]) * Float(level.inputScale), timesteps: [level.timestep],
                    conditions: [LatentSamplerTests.condition(0)])
                return schedule.denoised(state: state, output: output.reshaped([8]), level: level)
            }
            let floor = Float(1e-6 * (1 + levels[step - 1].sigma))
            #expect(
                distance(state, expected.item(step), relative: 1e-5, floor: floor) <= 1, "step \(step)")
        }
    }

    @Test func namesThatUsersType() {
        #expect(SamplerKind.allCases.map(\.rawValue) == ["euler", "heun", "dpm++2m", "ddim"])
        #expect(SamplerKind(rawValue: "lcm") == nil)
    }

    /// For data that are a single point the path is a straight line, which every method follows exactly.
    @Test(arguments: SamplerKind.allCases)
    func reachesASinglePoint(kind: SamplerKind) throws {
        let point = Tensor([1, -2, 3], shape: [3])
        var sampler = kind.makeSampler()
        let levels = try RectifiedFlow().levels(steps: 5)
        var state = NoiseGenerator(seed: 0).noise(shape: [3])
        let noise = state
        for (from, to) in zip(levels, levels.dropFirst()) {
            state = try sampler.step(state, from: from, to: to) { _, _ in point }
            let line = point * Float(to.signal) + noise * Float(to.sigma)
            #expect(distance(state, line, relative: 1e-6, floor: 1e-6) <= 1)
        }
        #expect(identical(state, point))
    }

    /// Halving the step size divides the error of a second-order method by about four, of a first-order one by two.
    @Test(arguments: [(SamplerKind.euler, 1.7...2.6), (.heun, 3.0...5.5), (.dpmPlusPlus2M, 3.0...5.5)])
    func orderOfConvergence(kind: SamplerKind, ratio: ClosedRange<Double>) throws {
        func final(_ kind: SamplerKind, steps: Int) throws -> Double {
            // Levels go from σ = 4 to 0.25 in even ratios, with x₀ = z / (1 + σ²), so the solution is √(1 + σ²).
            let levels = (0...steps).map { index in
                let sigma = 4 * PortableMath.exp(-4 * PortableMath.ln2 * Double(index) / Double(steps))
                return NoiseLevel(timestep: 0, signal: 1, sigma: sigma, inputScale: 1)
            }
            var sampler = kind.makeSampler()
            var state = Tensor([Float(17.0.squareRoot())], shape: [1])
            for (from, to) in zip(levels, levels.dropFirst()) {
                state = try sampler.step(state, from: from, to: to) { state, level in
                    state * Float(1 / (1 + level.sigma * level.sigma))
                }
            }
            return abs(Double(state.floats[0]) - (1 + 1.0 / 16).squareRoot())
        }
        #expect(ratio.contains(try final(kind, steps: 16) / final(kind, steps: 32)))
    }
}
