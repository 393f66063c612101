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
        public var guidance: Guidance
        /// Latents to start from; nil for pure noise.
        public var initial: InitialLatents?
        /// Variation that moves every item's noise towards that of another seed.
        public var variation: NoiseVariation?
        /// Height and width of the latents; nil for the size that the denoiser was trained on.
        public var size: (height: Int, width: Int)?

        public init(
            sampler: SamplerKind = .euler, steps: Int, guidance: Guidance = Guidance(),
            initial: InitialLatents? = nil, variation: NoiseVariation? = nil,
            size: (height: Int, width: Int)? = nil
        ) {
            self.sampler = sampler
            self.steps = steps
            self.guidance = guidance
            self.initial = initial
            self.variation = variation
            self.size = size
        }
    }

    /// Progress after a step.
    public struct Progress: Sendable {
        /// Steps done, from 1.
        public let step: Int
        /// Steps in the whole run.
        public let steps: Int
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
    /// - Returns: Clean latents `[batch, height, width, channels]`.
    /// - Throws: `CancellationError` soon after the task is cancelled; `SamplingError` for invalid settings, shapes or
    ///   weights.
    public func latents(
        conditions: [Condition], seeds: [UInt64], settings: Settings,
        onStep: (Progress) -> Void = { _ in }
    ) throws -> Tensor {
        let guide = try Guide(denoiser, conditions: conditions, batch: seeds.count, settings.guidance)
        let levels = try schedule.levels(steps: settings.steps)
        let skipped = try settings.initial?.skippedSteps(of: settings.steps) ?? 0
        var sampler = settings.sampler.makeSampler()
        var state = try initialState(seeds, settings, at: levels[skipped], isFirst: skipped == 0)
        for step in 0..<settings.steps - skipped {
            let (from, to) = (levels[skipped + step], levels[skipped + step + 1])
            state = try sampler.step(state, from: from, to: to) { state, level in
                try Task.checkCancellation()
                let output = try guide.output(for: state * Float(level.inputScale), at: level)
                guard output.isFinite else { throw SamplingError.notFinite(step: step + 1) }
                return schedule.denoised(state: state, output: output, level: level)
            }
            onStep(Progress(step: step + 1, steps: settings.steps - skipped))
        }
        return state
    }

    /// The state that a run starts from: unit noise at the schedule's first level, the form of pure noise that the
    /// network knows there.
    private func initialState(
        _ seeds: [UInt64], _ settings: Settings, at level: NoiseLevel, isFirst: Bool
    ) throws -> Tensor {
        let trained = denoiser.latentShape
        let shape = settings.size.map { [$0.height, $0.width, trained[2]] } ?? trained
        guard shape.allSatisfy({ $0 > 0 }) else {
            throw SamplingError.shape(of: "latents", found: shape, expected: trained)
        }
        let noise = Tensor.stacked(
            try seeds.map { seed in
                let noise = NoiseGenerator(seed: seed).noise(shape: shape)
                return try settings.variation?(noise) ?? noise
            })
        let pure = noise * Float(1 / level.inputScale)
        guard let initial = settings.initial else { return pure }
        let state = try initial.state(at: level, noise: noise)
        return isFirst ? pure : state
    }
}

/// A denoiser with its conditions laid out for classifier-free guidance.
private struct Guide {
    private let denoiser: any Denoiser
    private let guidance: Guidance
    /// One condition per item.
    private let conditions: [Condition]
    /// The negative conditions of all items, then their conditions; empty without guidance.
    private let pairs: [Condition]

    init(_ denoiser: any Denoiser, conditions: [Condition], batch: Int, _ guidance: Guidance) throws {
        guard guidance.scale.isFinite, guidance.scale >= 0 else {
            throw SamplingError.guidanceScale(guidance.scale)
        }
        guard batch > 0, conditions.count == batch || conditions.count == 1 else {
            throw SamplingError.shape(of: "conditions", found: [conditions.count], expected: [batch])
        }
        let each = (0..<batch).map { conditions[conditions.count == 1 ? 0 : $0] }
        let expected = denoiser.conditionShape
        let all = conditions + [guidance.negativeCondition].compactMap(\.self)
        for condition in all where condition.shape != expected {
            throw SamplingError.condition(found: condition.shape, expected: expected)
        }
        self.denoiser = denoiser
        self.guidance = guidance
        self.conditions = each
        guard guidance.scale != 1 else {
            pairs = []
            return
        }
        guard let negative = guidance.negativeCondition ?? denoiser.nullCondition else {
            throw SamplingError.noNullCondition
        }
        pairs = Array(repeating: negative, count: batch) + each
    }

    /// The guided prediction for `input` `[batch, …]`; both halves run in one batch of the network.
    func output(for input: Tensor, at level: NoiseLevel) throws -> Tensor {
        let batch = conditions.count
        guard guidance.scale != 1 else {
            return try denoiser(
                input, timesteps: Array(repeating: level.timestep, count: batch), conditions: conditions)
        }
        let both = try denoiser(
            Tensor.concatenated([input, input]),
            timesteps: Array(repeating: level.timestep, count: 2 * batch), conditions: pairs)
        let away = both.items(0..<batch)
        return away + (both.items(batch..<2 * batch) - away) * guidance.scale
    }
}

extension Tensor {
    fileprivate var isFinite: Bool {
        withFloats { $0.allSatisfy(\.isFinite) }
    }
}
