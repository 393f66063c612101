import Retrieval
import TensorCore

/// The results of an evaluation of generated pictures, as printed with `--json`.
public struct GenerationReport: Sendable, Encodable {
    public let source: String
    public let reference: String
    /// Name of the pictures that were searched for originals of copies.
    public let training: String
    public let model: String
    /// Component that computed the features.
    public let encoder: String
    public let evaluation: GenerationEvaluation
    public let bootstrap: Bootstrap
    public let precision: Precision
    /// Wall-clock seconds for encoding and measuring.
    public let seconds: Double

    /// Limits of these figures.
    public static let caveat = """
        Not independent: the judge is the model's own image encoder, which may have had a part in its training or in the \
        choice of it.
        """

    /// Describes the rules of all measurements in words.
    static func rules(_ bootstrap: Bootstrap, concepts: Int) -> [String: String] {
        [
            "recognition": ConceptProbe.rule, "ceiling": ProbeCeiling.rule, "diversity": Diversity.rule,
            "copying": Copying.rule, "frechet": FrechetDistance.rule, "AIS": Similarities.audioImageRule,
            "IIS": Similarities.imageImageRule, "AIC": Similarities.contentRule,
            "ties": ZeroShotEvaluation.tieRule,
            "intervals": RetrievalReport.intervalRule(bootstrap, groups: concepts),
        ]
    }

    enum CodingKeys: String, CodingKey {
        case source, reference, training, model, encoder, independent, caveat, recognition, ceiling, concepts
        case diversity, copying, frechet, similarities, bootstrap, precision, rules, seconds
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(source, forKey: .source)
        try container.encode(reference, forKey: .reference)
        try container.encode(training, forKey: .training)
        try container.encode(model, forKey: .model)
        try container.encode(self.encoder, forKey: .encoder)
        try container.encode(false, forKey: .independent)
        try container.encode(Self.caveat, forKey: .caveat)
        try container.encode(evaluation.recognition, forKey: .recognition)
        try container.encodeIfPresent(evaluation.ceiling, forKey: .ceiling)
        try container.encode(evaluation.concepts, forKey: .concepts)
        try container.encode(evaluation.diversity, forKey: .diversity)
        try container.encodeIfPresent(evaluation.copying, forKey: .copying)
        try container.encodeIfPresent(evaluation.frechet, forKey: .frechet)
        try container.encode(evaluation.similarities, forKey: .similarities)
        try container.encode(bootstrap, forKey: .bootstrap)
        try container.encode(precision, forKey: .precision)
        try container.encode(Self.rules(bootstrap, concepts: evaluation.concepts.count), forKey: .rules)
        try container.encode(seconds, forKey: .seconds)
    }
}
