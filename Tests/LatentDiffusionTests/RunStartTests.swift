import Foundation
import TensorCore
import Testing

@testable import LatentDiffusion

/// Runs that start from latents or between two seeds, compared with diffusers and stable-diffusion-webui
/// (`Training/fixtures/diffusion_start_fixtures.py`).
@Suite struct RunStartTests {
    static let strengths = [0.35, 0.6, 0.99]

    func run(
        _ schedule: String, _ kind: SamplerKind = .euler, seeds: [UInt64] = [7], initial: InitialLatents? = nil,
        variation: NoiseVariation? = nil, onStep: (LatentSampler.Progress) -> Void = { _ in }
    ) throws -> Tensor {
        try LatentSampler(ToyDenoiser(), schedule: NoiseScheduleTests.flow(schedule)).latents(
            conditions: [LatentSamplerTests.condition(0)], seeds: seeds,
            settings: .init(sampler: kind, steps: 10, initial: initial, variation: variation), onStep: onStep)
    }

    func initial(_ strength: Double) throws -> InitialLatents {
        let latents = try Fixture.tensors("starts.safetensors").tensor("initial").reshaped([1, 1, 1, 8])
        return InitialLatents(latents: latents, strength: strength)
    }

    @Test func stepsAreLeftOutAsDiffusersDoes() throws {
        let table = try JSONDecoder().decode([[Double]].self, from: Data(contentsOf: Fixture.url("starts.json")))
        #expect(table.count > 100)
        for row in table {
            let initial = InitialLatents(latents: Tensor(zeros: [1]), strength: row[1])
            #expect(try initial.skippedSteps(of: Int(row[0])) == Int(row[2]), "\(row)")
        }
    }

    /// The tolerance is 1e-5 for numbers of unit size, as for whole runs.
    @Test(arguments: NoiseScheduleTests.flows, strengths)
    func runsFromLatentsEqualTheReference(schedule: String, strength: Double) throws {
        let expected = try Fixture.tensors("starts.safetensors")
        let initial = try initial(strength)
        let path = try NoiseScheduleTests.flow(schedule).path(steps: 10, sampler: .euler, scheduler: nil)
        let skipped = try initial.skippedSteps(of: 10)
        let start = try initial.state(
            at: path.steps[skipped].from, noise: NoiseGenerator(seed: 7).noise(shape: [1, 1, 1, 8]))
        let name = "\(schedule).\(strength)"
        #expect(distance(start.reshaped([8]), try expected.tensor("\(name).start"), relative: 1e-6, floor: 1e-6) <= 1)
        for kind in SamplerKind.allCases {
            var steps: [Int] = []
            let found = try run(schedule, kind, initial: initial) {
                steps.append($0.step)
                #expect($0.steps == 10 - skipped)
            }
            let reference = try expected.tensor("\(name).\(kind.rawValue)")
            #expect(distance(found.reshaped([8]), reference, relative: 1e-5, floor: 1e-5) <= 1, "\(kind)")
            #expect(steps == Array(1...10 - skipped))
        }
    }

    @Test(arguments: NoiseScheduleTests.flows)
    func theEndsOfStrength(schedule: String) throws {
        let kept = try initial(0)
        #expect(identical(try run(schedule, initial: kept), kept.latents))
        #expect(identical(try run(schedule, initial: initial(1)), try run(schedule)))
    }

    @Test func oneStartServesAllSeedsAndDependsOnNoBatch() throws {
        let together = try run(
            "flow", seeds: [1, 2, 3], initial: initial(0.6), variation: .init(seed: 9, strength: 0.3))
        for (index, seed) in [UInt64(1), 2, 3].enumerated() {
            let alone = try run(
                "flow", seeds: [seed], initial: initial(0.6), variation: .init(seed: 9, strength: 0.3))
            #expect(identical(together.item(index), alone.item(0)))
        }
    }

    /// Doubles are rounded to floats and summed in floats, so the tolerance is 1e-6.
    @Test(arguments: [0.25, 0.7])
    func variationsLieOnTheArc(strength: Double) throws {
        let noise = NoiseGenerator(seed: 7).noise(shape: [61])
        let found = try NoiseVariation(seed: 11, strength: strength)(noise)
        let expected = try Fixture.tensors("starts.safetensors").tensor("variation.\(strength)")
        #expect(distance(found, expected, relative: 1e-6, floor: 1e-6) <= 1)
    }

    @Test func theEndsOfAVariation() throws {
        for seed in [UInt64(11), 7] {
            #expect(identical(try run("flow", variation: .init(seed: seed, strength: 0)), try run("flow")))
            let whole = try run("flow", variation: .init(seed: seed, strength: 1))
            #expect(identical(whole, try run("flow", seeds: [seed])))
        }
        // With the same seed twice there is no arc, and the noise is always the same.
        let same = try run("flow", variation: .init(seed: 7, strength: 0.5))
        #expect(distance(same, try run("flow"), relative: 1e-5, floor: 1e-5) <= 1)
    }

    @Test(arguments: [-0.9998, -0.5, 0, 1e-9, 0.3, 0.9998])
    func arccosine(x: Double) {
        #expect(abs(PortableMath.arccosine(x) - acos(x)) < 1e-12)
    }

    @Test func impossibleStartsAreErrors() throws {
        for strength in [-0.1, 1.01, .nan] {
            #expect(throws: SamplingError.self) { try run("flow", initial: initial(strength)) }
            #expect(throws: SamplingError.self) { try run("flow", variation: .init(seed: 1, strength: strength)) }
        }
        let wrong = InitialLatents(latents: Tensor(zeros: [1, 1, 1, 7]), strength: 0.5)
        #expect(throws: SamplingError.shape(of: "initial latents", found: [1, 1, 1, 7], expected: [1, 1, 1, 8])) {
            try run("flow", initial: wrong)
        }
    }
}
