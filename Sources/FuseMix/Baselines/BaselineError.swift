import FilesOnDisk

/// Why a closed form has no solution; each case reads as one sentence.
public enum BaselineError: DescribedError, Equatable {
    case tooFewPairs(found: Int)
    /// Every pair has the same latent on this side.
    case noVariation(side: String)
    case outputSize(found: Int, expected: String)
    case strength(found: Double)
    /// A method that makes a space of its own.
    case notAnchored(method: String)
    /// A method that cannot correct a base.
    case noBase(method: String)
    /// A base of a y that does not stay as it is.
    case baseWithoutAnchor
    /// LAPACK gave up.
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
