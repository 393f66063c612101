import FilesOnDisk
import Foundation

/// `dataset_coco.json` and its sisters: `{"images": [{"filename", "filepath"?, "split", "sentences": [{"raw"}]}]}`
/// (Karpathy and Fei-Fei, arXiv 1412.2306).
struct KarpathyAnnotations: CheckedJSON {
    struct Image: Decodable {
        struct Sentence: Decodable { let raw: String }
        let filename: String
        let filepath: String?
        let split: String
        let sentences: [Sentence]
    }

    let images: [Image]

    func validate(_ check: FieldCheck) throws {
        for (index, image) in images.enumerated() {
            try check.require(!image.sentences.isEmpty, "images[\(index)].sentences", "a list of at least one caption")
        }
    }

    /// Reads the media. Splits are `train`, `val`, `test` and, in COCO, `restval`. Throws `FileContentError` or
    /// `DatasetError.noItems`.
    static func media(_ url: URL, split: String?) throws -> [CaptionedMedium] {
        let images = try Self(contentsOf: url, limit: AnnotationText.limit).images
        let chosen = images.filter { split == nil || $0.split == split }
        if let split, chosen.isEmpty, !images.isEmpty {
            throw DatasetError.noItems(
                file: url.path(percentEncoded: false), split: split, known: Set(images.map(\.split)).sorted())
        }
        return chosen.map { image in
            let below = image.filepath.map { ["\($0)/\(image.filename)"] } ?? []
            return CaptionedMedium(
                paths: below + [image.filename], captions: image.sentences.map(\.raw), group: image.filename)
        }
    }
}
