import FilesOnDisk
import Foundation

/// MS COCO captions: `{"images": [{"id", "file_name"}], "annotations": [{"image_id", "caption"}]}`.
struct COCOAnnotations: CheckedJSON {
    struct Image: Decodable {
        let id: Int
        let fileName: String

        enum CodingKeys: String, CodingKey {
            case id
            case fileName = "file_name"
        }
    }

    struct Annotation: Decodable {
        let imageID: Int
        let caption: String

        enum CodingKeys: String, CodingKey {
            case imageID = "image_id"
            case caption
        }
    }

    let images: [Image]
    let annotations: [Annotation]

    func validate(_ check: FieldCheck) throws {
        let known = Set(images.map(\.id))
        try check.require(known.count == images.count, "images", "a list of images with different ids")
        for (index, annotation) in annotations.enumerated() {
            try check.require(
                known.contains(annotation.imageID), "annotations[\(index)].image_id",
                "the id of an image in the file, not \(annotation.imageID)")
        }
    }

    /// Reads the media. Images without a caption are no test items and are left out. Throws `FileContentError`.
    static func media(_ url: URL) throws -> [CaptionedMedium] {
        let file = try Self(contentsOf: url, limit: AnnotationText.limit)
        let captions = Dictionary(grouping: file.annotations, by: \.imageID)
        return file.images.compactMap { image in
            captions[image.id].map {
                CaptionedMedium(paths: [image.fileName], captions: $0.map(\.caption), group: image.fileName)
            }
        }
    }
}
