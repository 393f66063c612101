import TensorCore

/// Makes latents from noise: a denoiser, driven by a sampler along a noise schedule.
///
/// The latents of an item depend on its condition, its seed and the settings alone: not on its batch or its place
/// there.
public struct LatentSampler: Sendable {
    /// Settings of a sampling run.
    public struct Settings: Sendable {
        public var sampler: SamplerKind
        public var steps: Int
        /// The η of the sampler `ddim`, 0 to 1; the other samplers have their own.
        public var eta: Double
        /// The choice of noise levels; nil for what the model's own settings say.
        public var scheduler: SchedulerKind?
        public var guidance: Guidance
        /// Latents to start from; nil for pure noise.
        public var initial: InitialLatents?
        /// Variation that moves every item's noise towards that of another seed.
        public var variation: NoiseVariation?
        public var noise: any NoiseSource
        /// Height and width of the latents; nil for the size that the denoiser was trained on.
        public var size: (height: Int, width: Int)?

        public init(
            sampler: SamplerKind = .euler, steps: Int, eta: Double = 0, scheduler: SchedulerKind? = nil,
            guidance: Guidance = Guidance(), initial: InitialLatents? = nil, variation: NoiseVariation? = nil,
            noise: any NoiseSource = PhiloxNoise(), size: (height: Int, width: Int)? = nil
        ) {
            self.sampler = sampler
            self.steps = steps
            self.eta = eta
            self.scheduler = scheduler
            self.guidance = guidance
            self.initial = initial
            self.variation = variation
            self.noise = noise
            self.size = size
        }
    }

    /// Progress after a step.
    public struct Progress: Sendable {
        /// Steps done, from 1.
        public let step: Int
        /// Steps in the whole run.
        public let steps: Int
        /// The clean latents `[batch, height, width, channels]` that the network saw in the noise; of an item that nobody waits
        /// for, zeros.
        public let denoised: Tensor
    }

    private let denoiser: any Denoiser
    private let schedule: any NoiseSchedule

    /// - Parameter schedule: The noise schedule to use in place of the denoiser's own.
    public init(_ denoiser: any Denoiser, schedule: (any NoiseSchedule)? = nil) {
        self.denoiser = denoiser
        self.schedule = schedule ?? denoiser.schedule
    }

    /// Makes one item for each seed.
    ///
    /// - Parameters:
    ///   - conditions: One for each item, or one for all.
    ///   - seeds: One for each item: the key of its `NoiseGenerator`.
    ///   - onStep: Called after each step.
    ///   - isWanted: Whether somebody still waits for an item of the batch, asked before the network works on it. The
    ///     latents of one that nobody waits for come to nothing, and the others have the same bits.
    /// - Returns: Clean latents `[batch, height, width, channels]`.
    /// - Throws: `CancellationError` soon after the task is cancelled or nobody waits for any item; `SamplingError` for
    ///   invalid settings, shapes or weights.
    public func latents(
        conditions: [Condition], seeds: [UInt64], settings: Settings,
        onStep: (Progress) -> Void = { _ in }, isWanted: (Int) -> Bool = { _ in true }
    ) throws -> Tensor {
        let guide = try Guide(denoiser, conditions: conditions, batch: seeds.count, settings.guidance)
        guard (0...1).contains(settings.eta) else { throw SamplingError.eta(settings.eta) }
        let path = try schedule.path(
            steps: settings.steps, sampler: settings.sampler, scheduler: settings.scheduler)
        let skipped = try settings.initial?.skippedSteps(of: settings.steps) ?? 0
        var sampler = settings.sampler.makeSampler(on: schedule, eta: settings.eta)
        var state = try initialState(seeds, settings, path, skipped: skipped)
        let shape = Array(state.shape.dropFirst())
        var denoised = state
        for step in path.steps.dropFirst(skipped) {
            func fresh() throws -> Tensor { try noise(seeds, settings, draw: step.index + 1, shape: shape) }
            state = try sampler.step(state, step, noise: fresh) { state, level in
                try Task.checkCancellation()
                let wanted = seeds.indices.filter(isWanted)
                guard !wanted.isEmpty else { throw CancellationError() }
                let output = try guide.output(for: state, at: level, wanted)
                guard output.isFinite else { throw SamplingError.notFinite(step: step.index - skipped + 1) }
                denoised = schedule.denoised(state: state, output: output, level: level)
                return denoised
            }
            onStep(Progress(step: step.index - skipped + 1, steps: settings.steps - skipped, denoised: denoised))
        }
        return state
    }

    /// The state that a run starts from: the form of pure noise that the network knows at the first level, or the initial
    /// latents beneath the noise of a later one.
    private func initialState(
        _ seeds: [UInt64], _ settings: Settings, _ path: NoisePath, skipped: Int
    ) throws -> Tensor {
        let trained = denoiser.latentShape
        let shape = settings.size.map { [$0.height, $0.width, trained[2]] } ?? trained
        guard shape.allSatisfy({ $0 > 0 }) else {
            throw SamplingError.shape(of: "latents", found: shape, expected: trained)
        }
        let noise = try noise(seeds, settings, draw: 0, shape: shape)
        let pure = noise * Float(path.initialNoise)
        guard let initial = settings.initial else { return pure }
        let level = skipped < path.steps.count ? path.steps[skipped].from : .clean
        let state = try initial.state(at: level, noise: noise)
        return skipped == 0 ? pure : state
    }

    /// The noise of all items `[batch, …]`. Only what a run starts from is varied.
    private func noise(_ seeds: [UInt64], _ settings: Settings, draw: Int, shape: [Int]) throws -> Tensor {
        .stacked(
            try seeds.map { seed in
                let noise = settings.noise.noise(seed: seed, draw: draw, shape: shape)
                guard draw == 0, let variation = settings.variation else { return noise }
                return try variation(noise, from: settings.noise)
            })
    }
}

/// A denoiser with its conditions laid out for classifier-free guidance.
private struct Guide {
    private let denoiser: any Denoiser
    private let scale: Float
    /// One condition per item.
    private let conditions: [Condition]
    /// The condition that guidance leads away from; nil where one prediction is enough.
    private let negative: Condition?

    init(_ denoiser: any Denoiser, conditions: [Condition], batch: Int, _ guidance: Guidance) throws {
        guard guidance.scale.isFinite, guidance.scale >= 0 else {
            throw SamplingError.guidanceScale(guidance.scale)
        }
        guard batch > 0, conditions.count == batch || conditions.count == 1 else {
            throw SamplingError.shape(of: "conditions", found: [conditions.count], expected: [batch])
        }
        let expected = denoiser.conditionShape
        let all = conditions + [guidance.negativeCondition].compactMap(\.self)
        for condition in all where condition.shape != expected {
            throw SamplingError.condition(found: condition.shape, expected: expected)
        }
        let guided = denoiser.guided(by: guidance.scale)
        self.denoiser = guided ?? denoiser
        scale = guidance.scale
        self.conditions = (0..<batch).map { conditions[conditions.count == 1 ? 0 : $0] }
        guard guided == nil, scale != 1 else {
            negative = nil
            return
        }
        guard let condition = guidance.negativeCondition ?? denoiser.nullCondition else {
            throw SamplingError.noNullCondition
        }
        negative = condition
    }

    /// The guided prediction for `input` `[batch, …]`: that of the wanted items, at least one, and zeros for the others.
    func output(for input: Tensor, at level: NoiseLevel, _ wanted: [Int]) throws -> Tensor {
        guard wanted.count < conditions.count else { return try output(for: input, at: level, conditions) }
        let some = try output(for: input.gathered(wanted), at: level, wanted.map { conditions[$0] })
        let nothing = Tensor(zeros: Array(input.shape.dropFirst()))
        return .stacked(
            conditions.indices.map { place in wanted.firstIndex(of: place).map { some.item($0) } ?? nothing })
    }

    /// Both predictions run in one batch of the network.
    private func output(for input: Tensor, at level: NoiseLevel, _ conditions: [Condition]) throws -> Tensor {
        let batch = conditions.count
        guard let negative else {
            return try denoiser(
                input, timesteps: Array(repeating: level.timestep, count: batch), conditions: conditions)
        }
        let both = try denoiser(
            Tensor.concatenated([input, input]), timesteps: Array(repeating: level.timestep, count: 2 * batch),
            conditions: Array(repeating: negative, count: batch) + conditions)
        let away = both.items(0..<batch)
        return away + (both.items(batch..<2 * batch) - away) * scale
    }
}

extension Tensor {
    fileprivate var isFinite: Bool {
        withFloats { $0.allSatisfy(\.isFinite) }
    }
}
