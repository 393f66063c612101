/// Captions that come one a line, gathered under their media in the order of the first mention.
struct MediaGathering {
    private var order: [String] = []
    private var gathered: [String: (paths: [String], captions: [String], group: String)] = [:]

    /// - Parameter key: What makes two mentions the same medium.
    mutating func add(key: String, paths: [String], caption: String, group: String) {
        if gathered[key] == nil {
            order.append(key)
            gathered[key] = (paths, [], group)
        }
        gathered[key]?.captions.append(caption)
    }

    var media: [CaptionedMedium] {
        order.compactMap { gathered[$0] }.map {
            CaptionedMedium(paths: $0.paths, captions: $0.captions, group: $0.group)
        }
    }
}
