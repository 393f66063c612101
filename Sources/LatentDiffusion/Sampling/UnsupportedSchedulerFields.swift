import FilesOnDisk

/// Fields of a `scheduler_config.json` that change the picture and have one value here.
struct UnsupportedSchedulerFields: Sendable, Equatable, Decodable {
    let algorithm: String?
    private let thresholding: Bool?
    private let betaSigmas: Bool?
    private let luLambdas: Bool?
    private let flowSigmas: Bool?
    private let dynamicShifting: Bool?
    private let interpolation: String?
    private let timestepType: String?
    private let smallestSigma: Double?
    private let largestSigma: Double?
    private let smallestLambda: Double?
    private let variance: String?
    private let solverOrder: Int?
    private let solverType: String?
    private let predictsCleanLatents: Bool?
    private let disabledCorrector: [Int]?
    private let lowersFinalOrder: Bool?
    private let endsWithEuler: Bool?

    enum CodingKeys: String, CodingKey {
        case algorithm = "algorithm_type"
        case thresholding
        case betaSigmas = "use_beta_sigmas"
        case luLambdas = "use_lu_lambdas"
        case flowSigmas = "use_flow_sigmas"
        case dynamicShifting = "use_dynamic_shifting"
        case interpolation = "interpolation_type"
        case timestepType = "timestep_type"
        case smallestSigma = "sigma_min"
        case largestSigma = "sigma_max"
        case smallestLambda = "lambda_min_clipped"
        case variance = "variance_type"
        case solverOrder = "solver_order"
        case solverType = "solver_type"
        case predictsCleanLatents = "predict_x0"
        case disabledCorrector = "disable_corrector"
        case lowersFinalOrder = "lower_order_final"
        case endsWithEuler = "euler_at_final"
    }

    /// - Parameter endsInNoise: Whether the last step leaves noise, which makes the order of that step matter.
    func validate(_ check: FieldCheck, scheduler: SchedulerClass?, endsInNoise: Bool) throws {
        func refuse(_ isSet: Bool?, _ key: CodingKeys) throws {
            try check.require(isSet != true, key.rawValue, "false, since what it asks for is not supported")
        }
        func require(_ value: String?, is expected: Set<String>, _ key: CodingKeys) throws {
            let names = expected.sorted().map { "“\($0)”" }.joined(separator: " or ")
            try check.require(value.map(expected.contains) ?? true, key.rawValue, "\(names); others are not supported")
        }
        try refuse(thresholding, .thresholding)
        try refuse(betaSigmas, .betaSigmas)
        try refuse(luLambdas, .luLambdas)
        try refuse(flowSigmas, .flowSigmas)
        try refuse(dynamicShifting, .dynamicShifting)
        try require(interpolation, is: ["linear"], .interpolation)
        try require(timestepType, is: ["discrete"], .timestepType)
        try check.require(smallestSigma == nil, "sigma_min", "missing or null; bounds of the levels are not supported")
        try check.require(largestSigma == nil, "sigma_max", "missing or null; bounds of the levels are not supported")
        try check.require(
            smallestLambda ?? -.infinity == -.infinity, "lambda_min_clipped", "-Infinity; a bound is not supported")
        switch scheduler {
        case .dpmMultistep:
            try require(algorithm, is: ["dpmsolver++", "sde-dpmsolver++"], .algorithm)
            try require(solverType, is: ["midpoint"], .solverType)
            try check.require(solverOrder ?? 2, in: 2...2, "solver_order")
            try check.require(variance == nil, "variance_type", "missing or null; learned variances are not supported")
            if endsInNoise {
                try check.require(
                    lowersFinalOrder != false, "lower_order_final", "true with final_sigmas_type sigma_min")
                try refuse(endsWithEuler, .endsWithEuler)
            }
        case .uniPC:
            try require(solverType, is: ["bh2"], .solverType)
            try check.require(solverOrder ?? 2, in: 2...2, "solver_order")
            try check.require(predictsCleanLatents != false, "predict_x0", "true; other forms are not supported")
            try check.require(disabledCorrector?.isEmpty ?? true, "disable_corrector", "an empty list")
            try check.require(lowersFinalOrder != false, "lower_order_final", "true; other forms are not supported")
        case .ddpm:
            try require(variance, is: ["fixed_small"], .variance)
        default: break
        }
    }
}
