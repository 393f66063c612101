/// The kind of a media file, told by its name's extension.
public enum MediaKind: Sendable, CaseIterable {
    case sound, picture

    /// Extensions of this kind; names match in either case.
    public var extensions: [String] {
        switch self {
        case .sound: ["wav", "flac", "ogg", "oga", "opus", "aiff", "aif", "aifc", "mp3", "au", "w64", "caf"]
        case .picture: ["png", "jpg", "jpeg", "webp"]
        }
    }

    public func isNameOfOne(_ name: String) -> Bool {
        guard let dot = name.lastIndex(of: ".") else { return false }
        return extensions.contains(name[name.index(after: dot)...].lowercased())
    }
}
