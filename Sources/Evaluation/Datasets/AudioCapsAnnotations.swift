import Foundation

/// AudioCaps (Kim and others, NAACL 2019): a table `audiocap_id,youtube_id,start_time,caption`, one split per file and
/// several lines per clip. Clips of ten seconds come from YouTube, and there is no common way to name the files.
enum AudioCapsAnnotations {
    private static let extensions = ["wav", "flac", "ogg", "mp3", "opus"]
    private static let clipSeconds = 10

    /// Reads the media. Throws `DatasetError`.
    static func media(_ url: URL) throws -> [CaptionedMedium] {
        let columns = ["audiocap_id", "youtube_id", "start_time", "caption"]
        var gathering = MediaGathering()
        for (_, fields) in try AnnotationText.table(at: url, columns: columns, AnnotationText.commaSeparated) {
            let (video, start) = (fields["youtube_id"] ?? "", fields["start_time"] ?? "")
            // A line has an id of its own, so that a clip may be named after any of its lines.
            let stems = stems(video: video, start: start) + [fields["audiocap_id"] ?? ""]
            gathering.add(
                key: "\(video) \(start)", paths: stems.flatMap { stem in extensions.map { "\(stem).\($0)" } },
                caption: fields["caption"] ?? "", group: video)
        }
        return gathering.media
    }

    /// Names that downloaders give a clip: the video's, alone or with its start, and perhaps its end, in seconds, padded
    /// seconds or milliseconds; with or without the Y of AudioSet's lists.
    private static func stems(video: String, start: String) -> [String] {
        var times = ["", "_\(start)"]
        if let start = Double(start), 0...1e6 ~= start {
            let (first, last) = (Int(start), Int(start) + clipSeconds)
            times += ["_\(first)", "_\(first)_\(last)", "_\(first * 1000)_\(last * 1000)", "_\(first * 1000)"]
            times += ["%06d", "%d.000", "%d.0"].flatMap { form in
                let (first, last) = (String(format: form, first), String(format: form, last))
                return ["_\(first)_\(last)", "_\(first)"]
            }
        }
        var seen: Set<String> = []
        return times.flatMap { ["\(video)\($0)", "Y\(video)\($0)"] }.filter { seen.insert($0).inserted }
    }
}
