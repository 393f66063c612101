import TensorCore

/// UniPC of order 2 with `B(h) = e^(−h) − 1` on clean latents (Zhao et al., arXiv 2302.04867; diffusers'
/// `UniPCMultistepScheduler` with `bh2`): the predictor of DPM-Solver++(2M), and a corrector that takes the step before
/// again once the network has seen where it led; one network evaluation a step.
public struct UniPCSampler: Sampler {
    private struct Past {
        let state: Tensor
        let denoised: Tensor
        let level: NoiseLevel
        let order: Int
    }
    private var last: Past?
    /// The network's output of the step before the last.
    private var before: (denoised: Tensor, level: NoiseLevel)?

    public init() {}

    public mutating func step(
        _ state: Tensor, _ step: NoisePath.Step, noise: () throws -> Tensor,
        denoise: (Tensor, NoiseLevel) throws -> Tensor
    ) throws -> Tensor {
        let (from, to) = (step.from, step.to)
        let denoised = try denoise(state, from)
        let state = last.map { corrected($0, to: from, denoised: denoised) } ?? state
        before = last.map { ($0.denoised, $0.level) }
        let order = step.isLast || before == nil ? 1 : 2
        last = Past(state: state, denoised: denoised, level: from, order: order)
        var estimate = denoised
        if order == 2, let change = change(to: to) { estimate = denoised + change * 0.5 }
        return EulerSampler.move(state, towards: estimate, from: from, to: to)
    }

    /// The step before, taken again with the network's word on its end.
    private func corrected(_ last: Past, to level: NoiseLevel, denoised: Tensor) -> Tensor {
        var weight = 0.5
        var estimate = last.denoised
        if last.order == 2, let before, let change = change(to: level) {
            let weights = Self.weights(from: last.level, to: level, before: before.level)
            weight = weights.end
            estimate = estimate + change * Float(weights.change)
        }
        estimate = estimate + (denoised - last.denoised) * Float(weight)
        return EulerSampler.move(last.state, towards: estimate, from: last.level, to: level)
    }

    /// The change of the clean latents that the last two steps promise for one that ends at `level`.
    private func change(to level: NoiseLevel) -> Tensor? {
        guard let last, let before else { return nil }
        let distance = level.logSignalToNoise - last.level.logSignalToNoise
        let distanceBefore = last.level.logSignalToNoise - before.level.logSignalToNoise
        return (last.denoised - before.denoised) * Float(distance / distanceBefore)
    }

    /// The corrector's weights: equation 9 of the paper with two points, solved.
    private static func weights(
        from: NoiseLevel, to: NoiseLevel, before: NoiseLevel
    ) -> (change: Double, end: Double) {
        let start = from.logSignalToNoise
        let distance = to.logSignalToNoise - start
        let place = (before.logSignalToNoise - start) / distance
        let growth = to.sigma * from.signal / (to.signal * from.sigma) - 1
        let first = -growth / distance - 1
        let second = -first / distance - 0.5
        let (total, moment) = (first / growth, 2 * second / growth)
        let change = (total - moment) / (1 - place)
        return (change, total - change)
    }
}
