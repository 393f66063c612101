import Foundation

/// A table of the user's own: columns `path` and `caption`, a line for each caption; `group` names media that are
/// resampled together, `split` the split.
enum TableAnnotations {
    /// Reads the media. Throws `DatasetError`.
    static func media(_ url: URL, split: String?) throws -> [CaptionedMedium] {
        let file = url.path(percentEncoded: false)
        let rows = try AnnotationText.table(at: url, columns: ["path", "caption"], AnnotationText.tabbed)
        if let split {
            let known = Set(rows.compactMap { $0.fields["split"] }).sorted()
            guard !known.isEmpty else {
                throw DatasetError.malformed(file: file, place: "Line 1", expected: "a column “split” as well")
            }
            guard known.contains(split) else { throw DatasetError.noItems(file: file, split: split, known: known) }
        }
        var gathering = MediaGathering()
        for (line, fields) in rows where split == nil || fields["split"] == split {
            guard let path = fields["path"], let caption = fields["caption"], !path.isEmpty, !caption.isEmpty else {
                throw DatasetError.malformed(file: file, place: "Line \(line)", expected: "a path and a caption")
            }
            gathering.add(key: path, paths: [path], caption: caption, group: fields["group"] ?? path)
        }
        return gathering.media
    }
}
