import Foundation

/// Clotho (Drossos, Lipping and Virtanen, arXiv 1910.09387): a table `file_name,caption_1,…,caption_5`, one split per
/// file.
enum ClothoAnnotations {
    private static let captions = (1...5).map { "caption_\($0)" }

    /// Reads the media. Throws `DatasetError`.
    static func media(_ url: URL) throws -> [CaptionedMedium] {
        let columns = ["file_name"] + captions
        return try AnnotationText.table(at: url, columns: columns, AnnotationText.commaSeparated).map { _, fields in
            let name = fields["file_name"] ?? ""
            return CaptionedMedium(paths: [name], captions: captions.compactMap { fields[$0] }, group: name)
        }
    }
}
