import FrozenEncoders

/// Formats of the annotation files that datasets are published with.
public enum AnnotationFormat: String, CaseIterable, Sendable {
    /// Karpathy and Fei-Fei's splits: `dataset_coco.json`, `dataset_flickr30k.json`, `dataset_flickr8k.json`.
    case karpathy
    /// MS COCO captions: `captions_val2017.json`.
    case coco
    /// `Flickr8k.token.txt`, or the comma-separated `captions.txt`; `Flickr_8k.testImages.txt` and the like beside it.
    case flickr8k
    /// `clotho_captions_evaluation.csv`.
    case clotho
    /// AudioCaps' `test.csv`.
    case audiocaps
    /// A table with the columns `path` and `caption`, and optionally `group` and `split`.
    case tsv

    /// Modality of the media; nil where a file may hold either.
    public var modality: Modality? {
        switch self {
        case .karpathy, .coco, .flickr8k: .image
        case .clotho, .audiocaps: .audio
        case .tsv: nil
        }
    }

    /// The split to read when none is named; nil means everything.
    var defaultSplit: String? {
        switch self {
        case .karpathy, .flickr8k: "test"
        case .coco, .clotho, .audiocaps, .tsv: nil
        }
    }

    /// Whether a file of this format can hold several splits.
    var hasSplits: Bool {
        switch self {
        case .karpathy, .flickr8k, .tsv: true
        case .coco, .clotho, .audiocaps: false
        }
    }
}
