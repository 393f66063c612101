import FilesOnDisk
import Foundation

/// Flickr8k (Hodosh, Young and Hockenmaier, 2013): `Flickr8k.token.txt`, lines of `name.jpg#0`, a tab and a caption; or
/// `captions.txt`, a table `image,caption`. A split is a list of names in `Flickr_8k.<split>Images.txt` beside it.
enum Flickr8kAnnotations {
    /// The published list has captions of this picture, which was never published.
    private static let stray = "2258277193_586949ec62.jpg.1"

    /// Reads the media. Splits are `train`, `dev` (or `val`) and `test`. Throws `DatasetError`.
    static func media(_ url: URL, split: String?) throws -> [CaptionedMedium] {
        let mentioned = try split.map { try names(in: $0, beside: url) }
        let lines = try AnnotationText.lines(at: url)
        var gathering = MediaGathering()
        let isTable = lines.first.map { $0.trimmingCharacters(in: .whitespaces) == "image,caption" } ?? false
        for (name, caption) in try isTable ? table(url) : tokens(lines, file: url.path(percentEncoded: false))
        where name != stray && mentioned?.contains(name) ?? true {
            gathering.add(key: name, paths: [name], caption: caption, group: name)
        }
        let media = gathering.media
        if let split, let mentioned, media.count < mentioned.count {
            let lacking = mentioned.subtracting(media.map(\.group)).min() ?? ""
            throw DatasetError.malformed(
                file: url.path(percentEncoded: false), place: "The list of captions",
                expected: "captions of all \(mentioned.count) pictures of the split “\(split)”, also of “\(lacking)”")
        }
        return media
    }

    private static func table(_ url: URL) throws -> [(name: String, caption: String)] {
        let columns = ["image", "caption"]
        return try AnnotationText.table(at: url, columns: columns, AnnotationText.commaSeparated).map { _, fields in
            (fields["image"] ?? "", fields["caption"] ?? "")
        }
    }

    private static func tokens(_ lines: [String], file: String) throws -> [(name: String, caption: String)] {
        try lines.enumerated().filter { !$0.element.isEmpty }.map { index, line in
            let parts = line.split(separator: "\t", maxSplits: 1)
            guard parts.count == 2, let mark = parts[0].lastIndex(of: "#") else {
                throw DatasetError.malformed(
                    file: file, place: "Line \(index + 1)",
                    expected: "a picture's name, #, a number, a tab and a caption")
            }
            return (String(parts[0][..<mark]), String(parts[1]))
        }
    }

    private static func names(in split: String, beside url: URL) throws -> Set<String> {
        let name = "Flickr_8k.\(split == "val" ? "dev" : split)Images.txt"
        let list = url.deletingLastPathComponent().appending(path: name)
        do {
            let names = try AnnotationText.lines(at: list).map { $0.trimmingCharacters(in: .whitespaces) }
            return Set(names.filter { !$0.isEmpty })
        } catch FileContentError.unreadable(let file, let reason) {
            throw FileContentError.unreadable(
                file: file, reason: "\(reason), and it lists the split; --split all takes every picture")
        }
    }
}
