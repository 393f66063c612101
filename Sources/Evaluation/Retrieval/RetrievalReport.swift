import Retrieval
import TensorCore

/// The results of a retrieval evaluation, as printed with `--json`.
public struct RetrievalReport: Sendable, Encodable {
    /// One side of the evaluation.
    public struct Side: Sendable, Encodable {
        /// A file's name, or the kind of items that were encoded.
        public let source: String
        public let encoder: String?
        public let modality: String?
        /// Number of rows left out because no pair names them.
        public let unpaired: Int

        init(source: String, kind: LatentKind, unpaired: Int) {
            (self.source, encoder, modality) = (source, kind.encoder, kind.modality?.rawValue)
            self.unpaired = unpaired
        }

        /// The side's name in the table.
        public var name: String { modality ?? source }
    }

    /// The dataset, if one was read.
    public struct Dataset: Sendable, Encodable {
        public let format: String
        public let annotations: String
        public let split: String?
        public let media: Int
        public let captions: Int
        public let missingMedia: Int
        /// Number of media left out because they could not be decoded.
        public let skipped: Int
        public let captionStyle: String

        public init(
            _ dataset: CaptionedDataset, annotations: String, _ located: LocatedMedia, _ latents: CaptionedLatents,
            style: CaptionStyle
        ) {
            (format, self.annotations, split) = (dataset.format.rawValue, annotations, dataset.split)
            (media, captions) = (latents.media.count, latents.captions.count)
            (missingMedia, skipped) = (located.missing, latents.skipped)
            captionStyle = style.rawValue
        }

        enum CodingKeys: String, CodingKey {
            case format, annotations, split, media, captions, skipped
            case missingMedia = "missing_media"
            case captionStyle = "caption_style"
        }
    }

    /// Wall-clock seconds.
    public struct Seconds: Sendable, Encodable {
        public let encode: Double?
        public let rank: Double
    }

    public let x: Side
    public let y: Side
    /// Description of the space, in words.
    public let space: String
    public let dataset: Dataset?
    /// Precision of the encoders' and adapters' products.
    public let precision: Precision
    public let evaluation: RetrievalEvaluation
    public let seconds: Seconds

    /// Describes a bootstrap interval in words.
    static func intervalRule(_ bootstrap: Bootstrap, groups: Int) -> String {
        "95 % percentile intervals of \(bootstrap.replicates) bootstrap replicates over \(groups) groups, seed \(bootstrap.seed)."
    }

    enum CodingKeys: String, CodingKey {
        case x, y, space, dataset, precision, rsum, groups, folds, bootstrap, ties, seconds
        case xToY = "x_to_y"
        case yToX = "y_to_x"
        case tieRule = "tie_rule"
        case multipleCaptionsRule = "multiple_captions_rule"
        case intervalRule = "interval_rule"
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(x, forKey: .x)
        try container.encode(y, forKey: .y)
        try container.encode(space, forKey: .space)
        try container.encodeIfPresent(dataset, forKey: .dataset)
        try container.encode(precision, forKey: .precision)
        try container.encode(evaluation.xToY, forKey: .xToY)
        try container.encode(evaluation.yToX, forKey: .yToX)
        try container.encode(evaluation.rsum, forKey: .rsum)
        try container.encode(evaluation.groups, forKey: .groups)
        if evaluation.folds > 1 { try container.encode(evaluation.folds, forKey: .folds) }
        try container.encode(evaluation.bootstrap, forKey: .bootstrap)
        try container.encode(evaluation.ties, forKey: .ties)
        try container.encode(evaluation.ties.sentence, forKey: .tieRule)
        try container.encode(RetrievalEvaluation.multipleCaptionsRule, forKey: .multipleCaptionsRule)
        try container.encode(
            Self.intervalRule(evaluation.bootstrap, groups: evaluation.groups), forKey: .intervalRule)
        try container.encode(seconds, forKey: .seconds)
    }
}
