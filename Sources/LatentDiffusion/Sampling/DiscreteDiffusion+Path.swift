extension DiscreteDiffusion {
    /// The path that the sampler's scheduler in diffusers takes, rounding included:
    ///
    /// - DDIM and DDPM visit whole training steps. A step of DDIM goes `trained / steps` (rounded down) training steps
    ///   down from its own, which in `linspace`, and in `trailing` where that leaves a rest, is not where the next one
    ///   starts.
    /// - Euler's and Heun's visit fractions of training steps, and start from noise without `signal` in it, unless the
    ///   spacing is `leading`.
    /// - The multistep samplers visit whole training steps, none of which is the least noisy.
    /// - LCM visits every so many of the steps that the model was distilled from.
    public func path(steps: Int, sampler: SamplerKind, scheduler: SchedulerKind? = nil) throws -> NoisePath {
        if scheduler == .trailing {
            guard sampler != .lcm else { throw SamplingError.levels(.trailing, of: "the sampler lcm") }
            var trailing = self
            trailing.levels.spacing = .trailing
            return try trailing.path(steps: steps, sampler: sampler, scheduler: .discrete)
        }
        let most = mostSteps(of: sampler)
        guard steps >= 1, steps <= most else { throw SamplingError.steps(steps, most: most) }
        switch sampler {
        case .ddim, .ddpm, .lcm:
            if let scheduler, scheduler != .discrete {
                throw SamplingError.levels(scheduler, of: "the sampler \(sampler.rawValue)")
            }
            return try wholePath(steps, sampler)
        case .euler, .eulerAncestral, .heun, .dpmPlusPlus2M, .dpmPlusPlus2MSDE, .uniPC:
            return try ratioPath(steps, sampler, scheduler ?? levels.scheduler)
        }
    }

    private func mostSteps(of sampler: SamplerKind) -> Int {
        switch sampler {
        case .lcm: min(levels.distilledSteps, table.count)
        case _ where sampler.isMultistep: table.count - 1
        default: table.count
        }
    }

    /// The training steps that a run visits, noisiest first. Throws `SamplingError.steps` when the offset leads past the
    /// last one.
    func timesteps(_ steps: Int, _ sampler: SamplerKind) throws -> [Double] {
        if sampler == .lcm { return consistencyTimesteps(steps) }
        let spacing = spacing(of: sampler)
        let fractions = spacing.timesteps(
            steps, of: table.count, offset: levels.offset, sparesLast: sampler.isMultistep)
        guard fractions[0] < Double(table.count) else { throw SamplingError.steps(steps, most: steps - 1) }
        switch sampler {
        case .euler, .eulerAncestral, .heun: return fractions.map { Double(Float($0)) }
        default: return fractions.map { $0.rounded(.toNearestOrEven) }
        }
    }

    private func spacing(of sampler: SamplerKind) -> Spacing {
        levels.spacing ?? ([.ddim, .ddpm].contains(sampler) ? .leading : .linspace)
    }

    private func consistencyTimesteps(_ steps: Int) -> [Double] {
        let distilled = min(levels.distilledSteps, table.count)
        let ratio = table.count / distilled
        return (0..<steps).map { step in
            let place = Int(Double(step) * (Double(distilled) / Double(steps)))
            return Double((distilled - place) * ratio - 1)
        }
    }

    // MARK: Whole training steps

    private func wholePath(_ steps: Int, _ sampler: SamplerKind) throws -> NoisePath {
        let timesteps = try timesteps(steps, sampler).map { Int($0) }
        let visited = timesteps.map(level)
        guard prediction != .epsilon || visited[0].signal > 0 else { throw SamplingError.noSignal }
        guard sampler == .ddim else { return NoisePath(through: visited + [.clean]) }
        return NoisePath(
            timesteps.map { timestep in
                let next = timestep - table.count / steps
                return (level(timestep), next >= 0 ? level(next) : levels.finalOfDDIM == .zero ? .clean : level(0))
            })
    }

    private func level(_ timestep: Int) -> NoiseLevel {
        NoiseLevel(timestep: timestep, signalShare: Double(table.signalShares[timestep]))
    }

    // MARK: Ratios of noise to signal

    private func ratioPath(_ steps: Int, _ sampler: SamplerKind, _ scheduler: SchedulerKind) throws -> NoisePath {
        var timesteps = try timesteps(steps, sampler)
        var ratios = timesteps.map(table.noiseToSignal(at:))
        let smallest = Double(table.noiseToSignal[0])
        if [.karras, .exponential].contains(scheduler) {
            // The multistep schedulers span all training, the others the part that the spacing visits.
            let bounds =
                sampler.isMultistep
                ? (smallest, Double(table.noiseToSignal[table.count - 1])) : (ratios[steps - 1], ratios[0])
            let isKarras = scheduler == .karras
            ratios = (isKarras ? Self.karras : Self.exponential)(steps, bounds.1, bounds.0)
            timesteps = ratios.map(table.timestep(noiseToSignal:))
            if sampler.isMultistep {
                timesteps = timesteps.map { $0.rounded(isKarras ? .toNearestOrEven : .down) }
            }
        }
        var visited = zip(timesteps, ratios).map { timestep, ratio in
            NoiseLevel(timestep: timestep, noiseToSignal: Double(Float(ratio)))
        }
        let isPure = !sampler.isMultistep && spacing(of: sampler) != .leading
        let initialNoise = isPure ? visited[0].sigma : 1
        let endsInNoise = levels.final == .smallest && (sampler == .euler || sampler.isMultistep)
        visited.append(endsInNoise ? NoiseLevel(timestep: 0, noiseToSignal: smallest) : .clean)
        return NoisePath(through: visited, initialNoise: initialNoise)
    }

    /// Even steps in the logarithm, from the largest to the smallest.
    private static func exponential(_ steps: Int, from largest: Double, to smallest: Double) -> [Double] {
        let (first, last) = (PortableMath.log(largest), PortableMath.log(smallest))
        return (0..<steps).map { PortableMath.exp(first + Double($0) * (last - first) / Double(max(steps - 1, 1))) }
    }

    /// Even steps in the seventh root, from the largest to the smallest.
    private static func karras(_ steps: Int, from largest: Double, to smallest: Double) -> [Double] {
        func root(_ ratio: Double) -> Double { PortableMath.exp(PortableMath.log(ratio) / 7) }
        let (first, last) = (root(largest), root(smallest))
        return (0..<steps).map { step in
            let value = first + Double(step) / Double(max(steps - 1, 1)) * (last - first)
            let cube = value * value * value
            return cube * cube * value
        }
    }
}
