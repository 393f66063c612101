/// A closed form with a strength of regularisation that is free to choose.
protocol RegularisedSolution {
    /// What to take without pairs to choose by.
    var automaticStrength: Double { get }

    /// The linear maps; without one for y that side is the identity. Throws `BaselineError.noConvergence`.
    func maps(strength: Double) throws -> (x: LinearMap, y: LinearMap?)
}

extension RegularisedSolution {
    /// What is chosen from, strongest first, in mean variances of a channel.
    static var strengths: [Double] { [100, 30, 10, 3, 1, 0.3, 0.1, 0.03, 0.01, 1e-3, 1e-4, 1e-5, 1e-6] }
}
