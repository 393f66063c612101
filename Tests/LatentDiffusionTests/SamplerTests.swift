import TensorCore
import Testing

@testable import LatentDiffusion

@Suite struct SamplerTests {
    /// Every step of a run on a rectified flow compared with the reference in double precision, which the fixture script
    /// has compared with diffusers. The states are floats and of unit size, so errors enter at 1e-7 a step.
    @Test(arguments: NoiseScheduleTests.flows, SamplerKind.allCases)
    func followsTheReferenceStepByStep(name: String, kind: SamplerKind) throws {
        let expected = try Fixture.tensors("samplers.safetensors").tensor("\(name).\(kind.rawValue)")
        let schedule = try NoiseScheduleTests.flow(name)
        var sampler = kind.makeSampler(on: schedule)
        var state = NoiseGenerator(seed: 7).noise(shape: [8])
        #expect(distance(state, expected.item(0), relative: 1e-6, floor: 0) <= 1)
        for step in try schedule.path(steps: 10, sampler: kind, scheduler: nil).steps {
            state = try sampler.step(state, step) {
                NoiseGenerator(seed: 7, stream: UInt32(step.index + 1)).noise(shape: [8])
            } denoise: { state, level in
                let output = try ToyDenoiser()(
                    state.reshaped([1, 8]), timesteps: [level.timestep],
                    conditions: [LatentSamplerTests.condition(0)])
                return schedule.denoised(state: state, output: output.reshaped([8]), level: level)
            }
            #expect(
                distance(state, expected.item(step.index + 1), relative: 1e-6, floor: 1e-6) <= 1, "step \(step.index)")
        }
    }

    @Test func etaBlendsDDIMIntoDDPM() throws {
        let schedule = DiscreteDiffusion()
        let step = try schedule.path(steps: 10, sampler: .ddim).steps[2]
        func end(_ kind: SamplerKind, eta: Double) throws -> Tensor {
            var sampler = kind.makeSampler(on: schedule, eta: eta)
            return try sampler.step(NoiseGenerator(seed: 1).noise(shape: [8]), step) {
                NoiseGenerator(seed: 2).noise(shape: [8])
            } denoise: { state, _ in
                state * 0.5
            }
        }
        #expect(identical(try end(.ddim, eta: 0), try end(.euler, eta: 1)))
        #expect(identical(try end(.ddim, eta: 1), try end(.ddpm, eta: 0)))
        #expect(!identical(try end(.ddim, eta: 0.5), try end(.ddim, eta: 1)))
    }

    /// For data that are a single point the path is a straight line, which every method without noise follows exactly.
    @Test(arguments: [SamplerKind.euler, .heun, .dpmPlusPlus2M, .uniPC, .ddim])
    func reachesASinglePoint(kind: SamplerKind) throws {
        let point = Tensor([1, -2, 3], shape: [3])
        var sampler = kind.makeSampler(on: RectifiedFlow())
        let noise = NoiseGenerator(seed: 0).noise(shape: [3])
        var state = noise
        for step in try RectifiedFlow().path(steps: 5).steps {
            state = try sampler.step(state, step, noise: { noise }, denoise: { _, _ in point })
            let line = point * Float(step.to.signal) + noise * Float(step.to.sigma)
            #expect(distance(state, line, relative: 1e-6, floor: 1e-6) <= 1)
        }
        #expect(identical(state, point))
    }

    /// Around data that are a single point a state is as wide as its level says, whatever share of the noise is made anew.
    /// Of 40,000 numbers the variance is known to 3 in 100 (four standard errors).
    @Test(arguments: [SamplerKind.eulerAncestral, .ddpm, .dpmPlusPlus2MSDE, .lcm])
    func freshNoiseKeepsTheVarianceOfEveryLevel(kind: SamplerKind) throws {
        let point = Tensor(zeros: [40_000])
        for schedule in [RectifiedFlow(), DiscreteDiffusion()] as [any NoiseSchedule] {
            var sampler = kind.makeSampler(on: schedule)
            var state = NoiseGenerator(seed: 1).noise(shape: [40_000])
            for step in try schedule.path(steps: 10, sampler: kind, scheduler: nil).steps.dropLast() {
                state = try sampler.step(state, step) {
                    NoiseGenerator(seed: 1, stream: UInt32(step.index + 1)).noise(shape: [40_000])
                } denoise: { _, _ in
                    point
                }
                let found = state.floats.reduce(0) { $0 + Double($1) * Double($1) } / 40_000
                #expect(abs(found / (step.to.sigma * step.to.sigma) - 1) < 0.03, "step \(step.index)")
            }
        }
    }

    /// Halving the step size divides the error of a second-order method by about four, of a first-order one by two.
    @Test(arguments: [
        (SamplerKind.euler, 1.7...2.6), (.heun, 3.0...5.5), (.dpmPlusPlus2M, 3.0...5.5), (.uniPC, 3.0...9),
    ])
    func orderOfConvergence(kind: SamplerKind, ratio: ClosedRange<Double>) throws {
        func error(steps: Int) throws -> Double {
            // Ratios of noise to signal go from 4 to 0.25 in even ratios, with x₀ = signal · x, so in z = x / signal the
            // solution is √(1 + ratio²), and x stays 1.
            let levels = (0...steps).map { index in
                NoiseLevel(
                    timestep: 0,
                    noiseToSignal: 4 * PortableMath.exp(-4 * PortableMath.ln2 * Double(index) / Double(steps)))
            }
            var sampler = kind.makeSampler(on: DiscreteDiffusion())
            var state = Tensor([1], shape: [1])
            for step in NoisePath(through: levels).steps {
                state = try sampler.step(state, step, noise: { state }, denoise: { $0 * Float($1.signal) })
            }
            return abs(Double(state.floats[0]) - 1)
        }
        let found = try error(steps: 16) / error(steps: 32)
        #expect(ratio.contains(found), "\(found)")
    }
}
