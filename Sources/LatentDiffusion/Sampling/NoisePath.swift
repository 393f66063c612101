/// The steps of a run from noise to clean latents.
public struct NoisePath: Sendable, Equatable {
    /// One step of a sampler.
    public struct Step: Sendable, Equatable {
        /// Place of the step in the whole path, from 0, also where a run starts in the middle.
        public let index: Int
        /// Number of steps in the whole path.
        public let count: Int
        /// The level of the state.
        public let from: NoiseLevel
        /// The level to reach. The next step starts there, but for diffusers' DDIM (`DiscreteDiffusion`).
        public let to: NoiseLevel

        var isLast: Bool { index == count - 1 }
    }

    /// At least one, with falling `sigma`.
    public let steps: [Step]
    /// The factor of unit noise in the state that a run from pure noise starts with.
    public let initialNoise: Double

    init(_ steps: [(from: NoiseLevel, to: NoiseLevel)], initialNoise: Double = 1) {
        self.steps = steps.enumerated().map { index, step in
            Step(index: index, count: steps.count, from: step.from, to: step.to)
        }
        self.initialNoise = initialNoise
    }

    /// The path through all `levels`, which are at least two.
    init(through levels: [NoiseLevel], initialNoise: Double = 1) {
        self.init(zip(levels, levels.dropFirst()).map { ($0, $1) }, initialNoise: initialNoise)
    }
}
