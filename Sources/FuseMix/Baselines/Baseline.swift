import FilesOnDisk
import TensorCore

/// Adapters without training, in closed form: baselines for a trained pair.
public enum Baseline: String, Sendable, CaseIterable {
    /// Ridge regression of y on x.
    case linear
    /// The rotation of centred x that comes nearest to centred y.
    case procrustes
    /// Regularised canonical correlation analysis, each dimension weighted by its correlation.
    case cca

    /// Fits the baseline.
    ///
    /// - Parameters:
    ///   - x: `[count, channels]` of any float type, rows as the pairs count them; y likewise. Read in blocks.
    ///   - split: The pairs to fit, and those to choose the regularisation strength by. Without the latter it is chosen
    ///     by generalised cross-validation (linear) or is 1 (cca).
    ///   - anchored: Whether the side of y is the identity, so that x is mapped into the unchanged space of y; the rows
    ///     of y are brought to length 1 first, as the identity does. Not possible with `cca`.
    ///   - base: A frozen guess of an anchored y that `linear` corrects: the fit is to the residual of y.
    ///   - selection: The score to choose the strength by.
    ///   - outputSize: Channels of the common space. `linear` and `procrustes` allow only that of y; `cca` keeps this
    ///     many dimensions, or with nil as many as the narrower side has.
    ///   - strength: Regularisation strength, in mean variances of a channel; nil chooses it. `procrustes` has none.
    /// - Throws: `BaselineError`, `TrainingError.unexpectedLatents`, `.unfitBase` and `.notFinite`.
    public func fit(
        x: Tensor, y: Tensor, pairs: PairList, split: PairSplit, anchored: Bool, base: ScoreBase? = nil,
        selection: TrainingSettings.Selection = .recall,
        outputSize: Int? = nil, strength: Double? = nil, xEncoder: String = "", yEncoder: String = ""
    ) throws -> BaselineFit {
        try check(anchored: anchored, outputSize: outputSize, strength: strength, channels: y.channels)
        if let base { try check(base, anchored: anchored, x: x, y: y) }
        let moments = try PairMoments(
            x: LatentRows(x, side: "x", channels: x.channels), y: LatentRows(y, side: "y", channels: y.channels),
            pairs: pairs, training: split.training, unitY: anchored, base: base)
        let choice = BaselineChoice(
            x: x, y: y, pairs: pairs, split: split, base: base, selection: selection, xEncoder: xEncoder,
            yEncoder: yEncoder)
        switch self {
        case .linear: return try choice.fit(RidgeRegression(moments, anchored: anchored), strength: strength)
        case .procrustes: return try choice.fit(OrthogonalProcrustes(moments).maps(anchored: anchored), strength: nil)
        case .cca:
            let dimensions = outputSize ?? min(x.channels, y.channels)
            return try choice.fit(CanonicalCorrelation(moments, dimensions: dimensions), strength: strength)
        }
    }

    private func check(anchored: Bool, outputSize: Int?, strength: Double?, channels: Int) throws {
        if let strength, !(strength > 0 && strength.isFinite) { throw BaselineError.strength(found: strength) }
        if self == .cca, anchored { throw BaselineError.notAnchored(method: rawValue) }
        if self != .cca, let outputSize, outputSize != channels {
            throw BaselineError.outputSize(found: outputSize, expected: "the \(channels) of y for \(rawValue)")
        }
    }

    private func check(_ base: ScoreBase, anchored: Bool, x: Tensor, y: Tensor) throws {
        guard self == .linear else { throw BaselineError.noBase(method: rawValue) }
        guard anchored else { throw BaselineError.baseWithoutAnchor }
        let expected = [y.channels, base.form.count]
        guard base.weight.shape == expected, 0...x.channels - base.form.count ~= base.form.start else {
            throw TrainingError.unfitBase(
                found: base.weight.shape, expected: "\(expected) for scores among the \(x.channels) channels of x")
        }
    }
}

/// Scores solutions on the held-out pairs, and takes the best.
private struct BaselineChoice {
    let x: Tensor
    let y: Tensor
    let pairs: PairList
    let split: PairSplit
    let base: ScoreBase?
    let selection: TrainingSettings.Selection
    let xEncoder: String
    let yEncoder: String

    func fit(_ maps: (x: LinearMap, y: LinearMap?), strength: Double?) throws -> BaselineFit {
        let component = AdapterComponent(x: maps.x, y: maps.y, base: base, xEncoder: xEncoder, yEncoder: yEncoder)
        let score = try ValidationScore(of: component, x: x, y: y, pairs: pairs, split: split, selection: selection)
        return BaselineFit(component: component, strength: strength, validation: score)
    }

    /// Fits with the strength asked for; else with the best on the held-out pairs, the stronger of two equal ones;
    /// without such pairs, with the solution's own.
    func fit<Solution: RegularisedSolution>(_ solution: Solution, strength: Double?) throws -> BaselineFit {
        let fixed = strength ?? (split.validation.isEmpty ? solution.automaticStrength : nil)
        let fits = try (fixed.map { [$0] } ?? Solution.strengths).map {
            try fit(solution.maps(strength: $0), strength: $0)
        }
        return fits.reduce(fits[0]) { score(of: $1) > score(of: $0) ? $1 : $0 }
    }

    private func score(of fit: BaselineFit) -> Double { fit.validation?.value(selection) ?? 0 }
}

/// Adapters in closed form, with the strength and score of the fit.
public struct BaselineFit: Sendable {
    public let component: AdapterComponent
    /// Regularisation strength, in mean variances of a channel; nil for a method that has none.
    public let strength: Double?
    /// Score on the held-out pairs, when there are any.
    public let validation: ValidationScore?
}

/// Reasons why a closed form has no solution; each case reads as one sentence.
public enum BaselineError: DescribedError, Equatable {
    case tooFewPairs(found: Int)
    /// A side on which every pair has the same latent.
    case noVariation(side: String)
    case outputSize(found: Int, expected: String)
    case strength(found: Double)
    /// An anchor asked of a method that makes a space of its own.
    case notAnchored(method: String)
    /// A method that cannot correct a base.
    case noBase(method: String)
    /// A base without an anchored y.
    case baseWithoutAnchor
    /// A decomposition on which LAPACK did not converge.
    case noConvergence

    public var description: String {
        switch self {
        case .tooFewPairs(let found):
            "There are \(found) pairs to fit, but at least 2 are needed."
        case .noVariation(let side):
            "All pairs have the same latent of \(side), so that nothing can be told apart."
        case .outputSize(let found, let expected):
            "The output size is \(found), but \(expected) was expected."
        case .strength(let found):
            "The strength of the regularisation is \(found), but a number above 0 was expected."
        case .notAnchored(let method):
            "The method \(method) maps both sides into a space of its own, so that neither can be kept as it is."
        case .noBase(let method):
            "The method \(method) cannot correct a base; linear can."
        case .baseWithoutAnchor:
            "A base is a guess of y as it stands, so that only an anchored pair can correct it in closed form."
        case .noConvergence:
            "A matrix decomposition did not converge; the latents may be of extremely different sizes."
        }
    }
}
