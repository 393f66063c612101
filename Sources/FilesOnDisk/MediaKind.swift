/// The kind of a media file, told by its name's extension.
public enum MediaKind: Sendable, CaseIterable {
    case sound, picture

    /// Extensions of this kind; names match in either case.
    public var extensions: [String] {
        switch self {
        case .sound:
            [
                "wav", "wave", "bwf", "rf64", "w64", "flac", "ogg", "oga", "opus", "spx", "aiff", "aif", "aifc", "au",
                "snd", "caf", "voc", "mp3", "mp2", "mpga", "m4a", "m4b", "aac", "wma", "amr", "3gp", "ac3", "wv", "ape",
                "mp4", "mov", "webm", "mkv", "mka",
            ]
        case .picture: ["png", "jpg", "jpeg", "webp"]
        }
    }

    public func isNameOfOne(_ name: String) -> Bool {
        guard let dot = name.lastIndex(of: ".") else { return false }
        return extensions.contains(name[name.index(after: dot)...].lowercased())
    }
}
