import Retrieval
import TensorCore

/// The results of a zero-shot classification, as printed with `--json`.
public struct ZeroShotReport: Sendable, Encodable {
    /// Results of another method on the same items.
    public struct Baseline: Sendable, Encodable {
        /// Name of the model or the adapters.
        public let bridge: String
        public let metrics: ClassificationMetrics
        /// Top-1 accuracy of the method minus that of the baseline, both on the same resamples.
        public let difference: Estimate
    }

    public let source: String
    /// Name of the model or the adapters that brought items and words together.
    public let bridge: String
    public let templates: [String]
    /// Name of each class in the sentences, in the order of the results.
    public let names: [String]
    public let metrics: ClassificationMetrics
    public let baseline: Baseline?
    /// Number of files left out because they could not be decoded.
    public let skipped: Int
    public let groups: Int
    public let bootstrap: Bootstrap
    /// Precision of the encoders' and adapters' products.
    public let precision: Precision
    public let tieRule: String
    public let intervalRule: String
    /// Wall-clock seconds for encoding and classifying.
    public let seconds: Double

    public init(
        source: String, prompts: ClassPrompts, _ evaluation: ZeroShotEvaluation, baseline: ZeroShotEvaluation?,
        skipped: Int, bootstrap: Bootstrap, precision: Precision, seconds: Double
    ) {
        self.skipped = skipped
        (self.source, bridge, metrics) = (source, evaluation.name, evaluation.metrics)
        (templates, names) = (prompts.templates, prompts.names)
        self.baseline = baseline.map {
            Baseline(
                bridge: $0.name, metrics: $0.metrics,
                difference: evaluation.difference(from: $0, bootstrap: bootstrap))
        }
        groups = (evaluation.groups.max() ?? 0) + 1
        (self.bootstrap, self.precision, self.seconds) = (bootstrap, precision, seconds)
        tieRule = ZeroShotEvaluation.tieRule
        intervalRule = RetrievalReport.intervalRule(bootstrap, groups: groups)
    }

    enum CodingKeys: String, CodingKey {
        case source, bridge, templates, names, metrics, baseline, skipped, groups, bootstrap, precision, seconds
        case tieRule = "tie_rule"
        case intervalRule = "interval_rule"
    }
}
