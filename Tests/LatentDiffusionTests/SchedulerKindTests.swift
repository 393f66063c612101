import Testing

@testable import LatentDiffusion

@Suite struct SchedulerKindTests {
    @Test(arguments: SchedulerKind.allCases) func everyNameIsRead(kind: SchedulerKind) {
        #expect(SchedulerKind(spelling: kind.rawValue) == kind && SchedulerKind(spelling: kind.title) == kind)
    }

    @Test(arguments: [
        ("SGM Uniform", SchedulerKind.trailing), ("sgm_uniform", .trailing), ("simple", .trailing),
        ("normal", .discrete), ("Uniform", .discrete), ("KARRAS", .karras),
    ]) func namesOfOtherPrograms(name: String, kind: SchedulerKind) { #expect(SchedulerKind(spelling: name) == kind) }

    @Test(arguments: ["", "ays", "beta", "karras2", "polyexponential"]) func otherNamesAreNone(name: String) {
        #expect(SchedulerKind(spelling: name) == nil)
    }

    /// The levels fall evenly in the logarithm, between those of Karras et al.'s ends.
    @Test func exponentialLevelsFallEvenly() throws {
        let diffusion = DiscreteDiffusion()
        func ratios(_ kind: SchedulerKind) throws -> [Double] {
            try diffusion.path(steps: 6, sampler: .dpmPlusPlus2M, scheduler: kind).steps.map {
                $0.from.sigma / $0.from.signal
            }
        }
        let (exponential, karras) = (try ratios(.exponential), try ratios(.karras))
        let quotients = zip(exponential.dropFirst(), exponential).map { $0 / $1 }
        #expect(quotients.allSatisfy { abs($0 - quotients[0]) < 1e-5 })
        #expect(abs(exponential[0] / karras[0] - 1) < 1e-5 && abs(exponential[5] / karras[5] - 1) < 1e-5)
        #expect(exponential[2] < karras[2])
    }

    @Test func trailingOverrulesTheModelsSpacing() throws {
        let leading = DiscreteDiffusion(levels: .init(spacing: .leading, offset: 1))
        let trailing = DiscreteDiffusion(levels: .init(spacing: .trailing, offset: 1))
        for sampler in [SamplerKind.euler, .ddim, .dpmPlusPlus2M] {
            let own = try trailing.path(steps: 5, sampler: sampler)
            #expect(try leading.path(steps: 5, sampler: sampler, scheduler: .trailing) == own)
            #expect(try leading.path(steps: 5, sampler: sampler) != own)
        }
        #expect(throws: SamplingError.levels(.trailing, of: "the sampler lcm")) {
            try leading.path(steps: 5, sampler: .lcm, scheduler: .trailing)
        }
        #expect(throws: SamplingError.levels(.trailing, of: "a rectified flow")) {
            try RectifiedFlow().path(steps: 5, scheduler: .trailing)
        }
        #expect(try RectifiedFlow().path(steps: 5, scheduler: .discrete) == RectifiedFlow().path(steps: 5))
    }
}
