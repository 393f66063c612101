import Foundation

/// AudioCaps (Kim and others, NAACL 2019): a table `audiocap_id,youtube_id,start_time,caption`, one split per file and
/// several lines per clip. Clips come from YouTube, and there is no common way to name the files.
enum AudioCapsAnnotations {
    private static let extensions = ["wav", "flac", "ogg", "mp3", "opus"]

    /// Reads the media. Throws `DatasetError`.
    static func media(_ url: URL) throws -> [CaptionedMedium] {
        let columns = ["audiocap_id", "youtube_id", "start_time", "caption"]
        var gathering = MediaGathering()
        for (_, fields) in try AnnotationText.table(at: url, columns: columns, AnnotationText.commaSeparated) {
            let (video, start) = (fields["youtube_id"] ?? "", fields["start_time"] ?? "")
            let stems = [video, "Y\(video)", "\(video)_\(start)", "Y\(video)_\(start)"]
            gathering.add(
                key: "\(video) \(start)", paths: stems.flatMap { stem in extensions.map { "\(stem).\($0)" } },
                caption: fields["caption"] ?? "", group: video)
        }
        return gathering.media
    }
}
