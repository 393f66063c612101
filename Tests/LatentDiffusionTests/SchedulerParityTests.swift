import Foundation
import TensorCore
import Testing

@testable import LatentDiffusion

/// Schedules and samplers compared step by step with the schedulers of diffusers
/// (`Training/fixtures/scheduler_fixtures.py`).
@Suite struct SchedulerParityTests {
    /// A scheduler of diffusers with its fields, and runs of it.
    struct Case: Decodable {
        let sampler: SamplerKind
        let eta: Double
        let runs: [[Int]]
        let fields: NoiseScheduleConfiguration

        var zeroTerminalSNR: Bool { (fields.schedule as? DiscreteDiffusion)?.table.signalShares.last == 0 }
    }

    static func cases(of kind: SamplerKind) throws -> [(number: Int, case: Case)] {
        let all = try JSONDecoder().decode([Case].self, from: Data(contentsOf: Fixture.url("schedulers.json")))
        return all.enumerated().filter { $0.element.sampler == kind }.map { ($0.offset, $0.element) }
    }

    static let condition = Condition(vector: Tensor([0], shape: [1]))

    /// diffusers computes the levels in single precision, as is done here, so they differ by some units in the last place;
    /// with zero terminal SNR, 1 − ᾱ is made of differences that lose digits.
    @Test(arguments: SamplerKind.allCases)
    func levelsAreThoseOfTheScheduler(kind: SamplerKind) throws {
        let cases = try Self.cases(of: kind)
        #expect(cases.count >= 12)
        let expected = try Fixture.tensors("schedulers.safetensors")
        for (number, scheduler) in cases {
            for run in scheduler.runs {
                let path = try scheduler.fields.schedule.path(steps: run[0], sampler: kind, scheduler: nil)
                #expect(path.steps.count == run[0])
                let levels = path.steps.dropFirst(run[1]).map(\.from)
                let tolerance: Float = scheduler.zeroTerminalSNR ? 1e-5 : 1e-6
                let reference = try expected.tensor("\(number).\(run[0]).\(run[1]).levels").floats
                for (place, level) in levels.enumerated() {
                    let (timestep, ratio) = (reference[2 * place], reference[2 * place + 1])
                    let found = Float(level.sigma / level.signal)
                    #expect(abs(level.timestep - timestep) <= 1e-6 * timestep, "case \(number), \(run)")
                    #expect(found == ratio || abs(found - ratio) <= tolerance * ratio, "case \(number), \(run)")
                }
            }
        }
    }

    @Test(arguments: SamplerKind.allCases)
    func statesAreThoseOfTheScheduler(kind: SamplerKind) throws {
        let expected = try Fixture.tensors("schedulers.safetensors")
        for (number, scheduler) in try Self.cases(of: kind) {
            let schedule = scheduler.fields.schedule
            for run in scheduler.runs {
                let states = try expected.tensor("\(number).\(run[0]).\(run[1])")
                let path = try schedule.path(steps: run[0], sampler: kind, scheduler: nil)
                var sampler = kind.makeSampler(on: schedule, eta: scheduler.eta)
                var state = states.item(0)
                for (place, step) in path.steps.dropFirst(run[1]).enumerated() {
                    state = try sampler.step(state, step) {
                        NoiseGenerator(seed: 7, stream: UInt32(step.index + 1)).noise(shape: [4])
                    } denoise: { state, level in
                        try Self.denoised(state, level, by: schedule)
                    }
                    #expect(
                        Self.difference(state, states.item(place + 1), among: states) <= Self.tolerance(path),
                        "case \(number), \(run), step \(place + 1)")
                }
            }
        }
    }

    /// From seed to latents, with the noise that a run draws for itself, from noise and from latents.
    @Test(arguments: SamplerKind.allCases)
    func wholeRunsAreThoseOfTheScheduler(kind: SamplerKind) throws {
        let expected = try Fixture.tensors("schedulers.safetensors")
        let start = NoiseGenerator(seed: 3).noise(shape: [1, 1, 1, 4]) * 0.8
        for (number, scheduler) in try Self.cases(of: kind) {
            let denoiser = ToyDenoiser(latentShape: [1, 1, 4], largestTimestep: 1000)
            let sampler = LatentSampler(denoiser, schedule: scheduler.fields.schedule)
            for run in scheduler.runs {
                let states = try expected.tensor("\(number).\(run[0]).\(run[1])")
                let strength = Double(run[0] - run[1]) / Double(run[0])
                let found = try sampler.latents(
                    conditions: [Self.condition], seeds: [7],
                    settings: .init(
                        sampler: kind, steps: run[0], eta: scheduler.eta,
                        initial: run[1] == 0 ? nil : InitialLatents(latents: start, strength: strength)))
                let last = states.item(states.shape[0] - 1)
                let path = try scheduler.fields.schedule.path(steps: run[0], sampler: kind, scheduler: nil)
                #expect(
                    Self.difference(found.reshaped([4]), last, among: states) <= Self.tolerance(path),
                    "case \(number), \(run)")
            }
        }
    }

    @Test(arguments: [SamplerKind.euler, .dpmPlusPlus2M, .ddim, .lcm])
    func timestepsAreThoseOfTheScheduler(kind: SamplerKind) throws {
        for spacing in kind == .lcm ? [.leading] : DiscreteDiffusion.Spacing.allCases {
            let expected = try Fixture.tensors("spacings.safetensors").tensor("\(kind.rawValue).\(spacing.rawValue)")
            let diffusion = DiscreteDiffusion(levels: .init(spacing: spacing, offset: 1))
            let found = try (1...(kind == .lcm ? 50 : 64)).flatMap { try diffusion.timesteps($0, kind) }
            #expect(found.map { Float($0) } == expected.floats, "\(spacing)")
        }
    }

    private static func denoised(
        _ state: Tensor, _ level: NoiseLevel, by schedule: any NoiseSchedule
    ) throws -> Tensor {
        let output = try ToyDenoiser(largestTimestep: 1000)(
            state.reshaped([1, 4]), timesteps: [level.timestep], conditions: [condition])
        return schedule.denoised(state: state, output: output.reshaped([4]), level: level)
    }

    /// That of single precision. What a network says of the noise is divided by the signal to tell the clean latents, so
    /// errors grow with the ratio of noise to signal, which is 14.6 for the schedule of Stable Diffusion, 157 for linear β
    /// and 20,291 for the squared cosine; levels without any signal leave nothing to divide by.
    private static func tolerance(_ path: NoisePath) -> Float {
        let first = path.steps[0].from
        return first.signal == 0 ? 3e-6 : max(3e-6, 5e-8 * Float(first.sigma / first.signal))
    }

    /// The largest difference, as a share of the largest number of the run (at least 1).
    private static func difference(_ found: Tensor, _ expected: Tensor, among states: Tensor) -> Float {
        let largest = states.floats.reduce(1) { max($0, abs($1)) }
        return zip(found.floats, expected.floats).reduce(0) { max($0, abs($1.0 - $1.1)) } / largest
    }
}
