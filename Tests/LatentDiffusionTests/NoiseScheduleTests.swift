import FilesOnDisk
import Foundation
import TensorCore
import TestSupport
import Testing

@testable import LatentDiffusion

@Suite struct NoiseScheduleTests {
    /// Rectified flows of the fixtures.
    static let flows = ["flow", "flow_shifted"]

    static func flow(_ name: String) throws -> any NoiseSchedule {
        let all = try JSONDecoder().decode(
            [String: NoiseScheduleConfiguration].self, from: Data(contentsOf: Fixture.url("schedules.json")))
        return try #require(all[name]).schedule
    }

    /// Foundation's reader of JSON 5 would trap.
    @Test(arguments: [[0xFF], [0xFF, 0xFF, 0xFF, 0xFF], [0xE2, 0x82], [0xF0, 0x9F], [0xC3]] as [[UInt8]])
    func bytesThatAreNoTextAreRefused(bytes: [UInt8]) throws {
        let scratch = try TemporaryFolder()
        for contents in [Data("{\"beta_end\": 0.01,\n".utf8) + bytes, Data("{".utf8) + bytes + Data("}".utf8)] {
            let file = try scratch.write("scheduler_config.json", contents)
            #expect(throws: FileContentError.self) { try NoiseScheduleConfiguration(schedulerFile: file) }
        }
    }

    /// Both sides compute in double precision and store floats: 1e-6 is eight units in the last place.
    @Test(arguments: flows)
    func levelsOfAFlowEqualTheReference(name: String) throws {
        let expected = try Fixture.tensors("samplers.safetensors").tensor("\(name).levels")
        let path = try Self.flow(name).path(steps: 10, sampler: .euler, scheduler: nil)
        let levels = path.steps.map(\.from) + [path.steps[9].to]
        let found = levels.flatMap { [$0.timestep, Float($0.signal), Float($0.sigma)] }
        #expect(distance(Tensor(found, shape: [11, 3]), expected, relative: 1e-6, floor: 1e-9) <= 1)
        #expect(path.initialNoise == 1)
    }

    @Test(arguments: SamplerKind.allCases)
    func levelsFallToZero(sampler: SamplerKind) throws {
        for schedule in [RectifiedFlow(), RectifiedFlow(shift: 3), DiscreteDiffusion()] as [any NoiseSchedule] {
            for steps in [1, 2, 3, 7, 28, 50] {
                let path = try schedule.path(steps: steps, sampler: sampler, scheduler: nil)
                #expect(path.steps.map(\.index) == Array(0..<steps) && path.steps.allSatisfy { $0.count == steps })
                #expect(path.steps.last?.to == .clean)
                #expect(path.steps.allSatisfy { $0.from.sigma > $0.to.sigma })
            }
        }
    }

    @Test(arguments: [0, -1, 1001, Int.max])
    func impossibleStepCounts(steps: Int) {
        for (sampler, most) in [(SamplerKind.ddim, 1000), (.euler, 1000), (.uniPC, 999), (.lcm, 50)] {
            #expect(throws: SamplingError.steps(steps, most: most)) {
                try DiscreteDiffusion().path(steps: steps, sampler: sampler)
            }
        }
        if steps != 1001 {
            #expect(throws: SamplingError.steps(steps, most: 10_000)) { try RectifiedFlow().path(steps: steps) }
        }
    }

    @Test func offsetPastTheLastStep() {
        let diffusion = DiscreteDiffusion(levels: .init(spacing: .leading, offset: 1))
        #expect(throws: SamplingError.self) { try diffusion.path(steps: 1000, sampler: .ddim) }
    }

    @Test func whereThereAreNoLevelsOfKarras() throws {
        #expect(throws: SamplingError.levels(.karras, of: "a rectified flow")) {
            try RectifiedFlow().path(steps: 4, scheduler: .karras)
        }
        #expect(throws: SamplingError.levels(.karras, of: "the sampler ddim")) {
            try DiscreteDiffusion().path(steps: 4, sampler: .ddim, scheduler: .karras)
        }
        // What a model's settings say is of no concern to a sampler without such levels, and can be overruled.
        let model = DiscreteDiffusion(levels: .init(scheduler: .karras))
        #expect(try model.path(steps: 4, sampler: .ddim) == DiscreteDiffusion().path(steps: 4, sampler: .ddim))
        #expect(
            try model.path(steps: 4, sampler: .euler, scheduler: .discrete)
                == DiscreteDiffusion().path(steps: 4, sampler: .euler))
        #expect(
            try model.path(steps: 4, sampler: .euler)
                == DiscreteDiffusion().path(steps: 4, sampler: .euler, scheduler: .karras))
    }

    @Test func noiseAloneSaysNothingToANetworkThatPredictsNoise() throws {
        for sampler in [SamplerKind.ddim, .ddpm] {
            let levels = DiscreteDiffusion.Levels(spacing: .trailing)
            #expect(throws: SamplingError.noSignal) {
                try DiscreteDiffusion(zeroTerminalSNR: true, levels: levels).path(steps: 4, sampler: sampler)
            }
            let velocity = DiscreteDiffusion(zeroTerminalSNR: true, prediction: .velocity, levels: levels)
            let first = try #require(try velocity.path(steps: 4, sampler: sampler).steps.first)
            #expect(first.from.signal == 0 && first.from.sigma == 1)
        }
        let finite = try DiscreteDiffusion(zeroTerminalSNR: true).path(steps: 4, sampler: .euler)
        #expect(finite.steps[0].from.signal > 0)
    }

    /// The output of a perfect network is read correctly: it is built from x₀ and ε for each prediction kind.
    @Test(arguments: DiscreteDiffusion.Prediction.allCases)
    func denoisedInvertsThePrediction(prediction: DiscreteDiffusion.Prediction) throws {
        let schedule = DiscreteDiffusion(prediction: prediction)
        let clean = Tensor([0.5, -1.25, 0.0625, 2], shape: [4])
        let noise = NoiseGenerator(seed: 1).noise(shape: [4])
        for level in try schedule.path(steps: 10, sampler: .euler).steps.map(\.from) {
            let (signal, sigma) = (Float(level.signal), Float(level.sigma))
            let output =
                switch prediction {
                case .epsilon: noise
                case .velocity: noise * signal - clean * sigma
                case .sample: clean
                }
            let found = schedule.denoised(state: clean * signal + noise * sigma, output: output, level: level)
            // Roundings of the noise, divided by the signal, are the floor.
            #expect(distance(found, clean, relative: 1e-6, floor: 1e-6 / signal) <= 1)
        }
    }

    @Test func denoisedInvertsAVelocityOfAFlow() throws {
        let clean = Tensor([0.5, -1.25, 0.0625, 2], shape: [4])
        let noise = NoiseGenerator(seed: 1).noise(shape: [4])
        for level in try RectifiedFlow().path(steps: 10).steps.map(\.from) {
            let state = clean * Float(level.signal) + noise * Float(level.sigma)
            let found = RectifiedFlow().denoised(state: state, output: noise - clean, level: level)
            #expect(distance(found, clean, relative: 1e-6, floor: 1e-6) <= 1)
        }
    }
}
