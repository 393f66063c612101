import Foundation
import Synchronization
import TensorCore
import Testing

@testable import LatentDiffusion

@Suite struct LatentSamplerTests {
    static let condition = condition(0.25)

    static func condition(_ value: Float) -> Condition { Condition(vector: Tensor([value], shape: [1])) }

    func run(
        _ denoiser: ToyDenoiser = ToyDenoiser(), conditions: [Condition] = [condition], seeds: [UInt64] = [7],
        steps: Int = 10, guidance: Guidance = Guidance(), onStep: (LatentSampler.Progress) -> Void = { _ in }
    ) throws -> Tensor {
        try LatentSampler(denoiser).latents(
            conditions: conditions, seeds: seeds,
            settings: .init(sampler: .euler, steps: steps, guidance: guidance), onStep: onStep)
    }

    /// Returns batch sizes and timesteps of each call of the network.
    func calls(_ guidance: Guidance, steps: Int = 4) throws -> [(batch: Int, timestep: Float)] {
        let log = Log()
        let denoiser = ToyDenoiser(observe: { log.append($0, $1) })
        _ = try run(denoiser, seeds: [1, 2, 3], steps: steps, guidance: guidance)
        return log.entries
    }

    @Test(arguments: NoiseScheduleTests.flows, SamplerKind.allCases)
    func wholeRunEqualsTheReference(name: String, kind: SamplerKind) throws {
        let expected = try Fixture.tensors("samplers.safetensors").tensor("\(name).\(kind.rawValue)").item(10)
        let sampler = LatentSampler(ToyDenoiser(), schedule: try NoiseScheduleTests.flow(name))
        let found = try sampler.latents(
            conditions: [Self.condition(0)], seeds: [7], settings: .init(sampler: kind, steps: 10))
        #expect(found.shape == [1, 1, 1, 8])
        // The last level is clean and small: 1e-5 of unit-sized numbers.
        #expect(distance(found.reshaped([8]), expected, relative: 1e-5, floor: 1e-5) <= 1)
    }

    @Test func scaleOneSkipsTheUnconditionalHalf() throws {
        for (scale, batch) in [(Float(1), 3), (2, 6)] {
            let found = try calls(Guidance(scale: scale))
            #expect(found.map(\.batch) == Array(repeating: batch, count: 4))
            #expect(found.map(\.timestep) == [1, 0.75, 0.5, 0.25])
        }
    }

    /// The toy network adds its condition to the output, so guidance must act as the condition
    /// `null + scale · (condition − null)` would.
    @Test func guidanceExtrapolatesFromTheNullCondition() throws {
        let denoiser = ToyDenoiser(nullCondition: Self.condition(0.125))
        let guided = try run(denoiser, guidance: Guidance(scale: 3))
        let equivalent = try run(denoiser, conditions: [Self.condition(0.5)])
        #expect(distance(guided, equivalent, relative: 1e-5, floor: 1e-5) <= 1)
        #expect(!identical(guided, try run(denoiser)))
    }

    /// The toy network adds `scale − 1` to the output, as a condition larger by as much would.
    @Test func aNetworkThatTakesTheGuidanceScaleIsAskedOnce() throws {
        let log = Log()
        let denoiser = ToyDenoiser(
            nullCondition: nil, embeddedGuidance: 0, observe: { log.append($0, $1) })
        let found = try run(denoiser, guidance: Guidance(scale: 1.5))
        #expect(log.entries.map(\.batch) == Array(repeating: 1, count: 10))
        #expect(distance(found, try run(conditions: [Self.condition(0.75)]), relative: 1e-5, floor: 1e-5) <= 1)
    }

    @Test func negativeConditionTakesThePlaceOfTheNullCondition() throws {
        let negative = Self.condition(-0.25)
        let found = try run(guidance: Guidance(scale: 2, negativeCondition: negative))
        let expected = try run(ToyDenoiser(nullCondition: negative), guidance: Guidance(scale: 2))
        #expect(identical(found, expected))
        #expect(!identical(found, try run(guidance: Guidance(scale: 2))))
    }

    /// Steps that add noise draw it from the item's seed and the step's number.
    @Test(arguments: SamplerKind.allCases)
    func anItemDependsOnNoOther(kind: SamplerKind) throws {
        func latents(_ seeds: [UInt64]) throws -> Tensor {
            try LatentSampler(ToyDenoiser()).latents(
                conditions: [Self.condition], seeds: seeds, settings: .init(sampler: kind, steps: 6))
        }
        let together = try latents([9, 4, 7])
        for (index, seed) in [UInt64(9), 4, 7].enumerated() {
            #expect(identical(together.item(index), try latents([seed]).item(0)))
        }
    }

    /// What others wait for has the same bits; of what nobody waits for the network is asked no more.
    @Test(arguments: SamplerKind.allCases)
    func anItemThatNobodyWaitsForIsLeftOut(kind: SamplerKind) throws {
        let log = Log()
        func latents(_ seeds: [UInt64], isWanted: (Int, Int) -> Bool) throws -> Tensor {
            var done = 0
            return try LatentSampler(ToyDenoiser(observe: { log.append($0, $1) })).latents(
                conditions: [Self.condition], seeds: seeds, settings: .init(sampler: kind, steps: 6),
                onStep: { done = $0.step }, isWanted: { isWanted($0, done) })
        }
        let alone = try [UInt64(9), 7].map { try latents([$0]) { _, _ in true } }
        let before = log.entries.count
        let together = try latents([9, 4, 7]) { index, done in index != 1 || done < 2 }
        #expect(identical(together.item(0), alone[0].item(0)))
        #expect(identical(together.item(2), alone[1].item(0)))
        #expect(log.entries[before].batch == 3 && log.entries.last?.batch == 2)
        #expect(throws: CancellationError.self) { try latents([9, 4]) { _, done in done < 3 } }
    }

    @Test func theLevelsOfKarrasCanBeAskedFor() throws {
        func latents(_ scheduler: SchedulerKind?, on schedule: any NoiseSchedule) throws -> Tensor {
            try LatentSampler(ToyDenoiser(largestTimestep: 1000), schedule: schedule).latents(
                conditions: [Self.condition], seeds: [7], settings: .init(steps: 6, scheduler: scheduler))
        }
        let model = DiscreteDiffusion(levels: .init(scheduler: .karras))
        #expect(
            try identical(latents(.karras, on: DiscreteDiffusion()), latents(nil, on: model)))
        #expect(
            try !identical(latents(.discrete, on: model), latents(nil, on: model)))
        #expect(throws: SamplingError.levels(.karras, of: "a rectified flow")) {
            try latents(.karras, on: RectifiedFlow())
        }
    }

    @Test func noiseCanBeGiven() throws {
        struct Ones: NoiseSource {
            func noise(seed: UInt64, draw: Int, shape: [Int]) -> Tensor { Tensor(zeros: shape).scaled(by: 1, plus: 1) }
        }
        let given = try LatentSampler(ToyDenoiser()).latents(
            conditions: [Self.condition], seeds: [1, 2],
            settings: .init(sampler: .eulerAncestral, steps: 3, noise: Ones()))
        #expect(identical(given.item(0), given.item(1)))
    }

    @Test func oneConditionServesAllSeeds() throws {
        let shared = try run(seeds: [4, 5])
        let repeated = try run(conditions: [Self.condition, Self.condition], seeds: [4, 5])
        #expect(identical(shared, repeated))
        #expect(!identical(shared.item(0), shared.item(1)))
    }

    @Test func progressIsReportedAfterEveryStep() throws {
        var seen: [Int] = []
        _ = try run(steps: 5) { progress in
            #expect(progress.steps == 5)
            seen.append(progress.step)
        }
        #expect(seen == [1, 2, 3, 4, 5])
    }

    @Test func stopsWhenItsTaskIsCancelled() async {
        let (steps, error) = await Task {
            var steps = 0
            let error = #expect(throws: CancellationError.self) {
                try run { progress in
                    steps = progress.step
                    if progress.step == 3 { withUnsafeCurrentTask { $0?.cancel() } }
                }
            }
            return (steps, error)
        }.value
        #expect(steps == 3 && error != nil)
    }

    @Test func impossibleSettingsAreErrors() {
        #expect(throws: SamplingError.steps(0, most: 10_000)) { try run(steps: 0) }
        for scale in [Float.nan, .infinity, -1] {
            #expect(throws: SamplingError.self) { try run(guidance: Guidance(scale: scale)) }
        }
        for eta in [-0.1, 1.1, .nan] {
            #expect(throws: SamplingError.self) {
                try LatentSampler(ToyDenoiser()).latents(
                    conditions: [Self.condition], seeds: [7], settings: .init(sampler: .ddim, steps: 1, eta: eta))
            }
        }
        #expect(throws: SamplingError.shape(of: "conditions", found: [2], expected: [3])) {
            try run(conditions: [Self.condition, Self.condition], seeds: [1, 2, 3])
        }
        #expect(throws: SamplingError.shape(of: "conditions", found: [1], expected: [0])) {
            try run(seeds: [])
        }
        let wide = Condition(vector: Tensor(zeros: [2]))
        let unfit = SamplingError.condition(found: wide.shape, expected: Self.condition.shape)
        #expect(throws: unfit) { try run(guidance: Guidance(scale: 2, negativeCondition: wide)) }
        #expect(throws: unfit) { try run(conditions: [wide]) }
        #expect(throws: SamplingError.noNullCondition) {
            try run(ToyDenoiser(nullCondition: nil), guidance: Guidance(scale: 2))
        }
        #expect(throws: SamplingError.self) {
            try LatentSampler(ToyDenoiser()).latents(
                conditions: [Self.condition], seeds: [7], settings: .init(steps: 1, size: (height: -1, width: 2)))
        }
    }

    @Test func damagedOutputIsAnError() {
        #expect(throws: SamplingError.notFinite(step: 1)) {
            try run(conditions: [Self.condition(.nan)])
        }
    }
}

/// A log of the denoiser's calls, filled from a `@Sendable` closure.
private final class Log: Sendable {
    private let calls = Mutex<[(batch: Int, timestep: Float)]>([])
    func append(_ batch: Int, _ timestep: Float) { calls.withLock { $0.append((batch, timestep)) } }
    var entries: [(batch: Int, timestep: Float)] { calls.withLock { $0 } }
}
