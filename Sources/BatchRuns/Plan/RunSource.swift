/// The source of an item's sound.
public enum RunSource: Sendable, Equatable {
    /// A path as it was given, or one that begins with the input folder as it was given.
    case file(String)
    case standardInput
    /// No sound; the words alone make the picture.
    case none

    /// The sound's name in records; nil without a sound.
    public var name: String? {
        switch self {
        case .none: nil
        case .standardInput: "-"
        case .file(let path): path
        }
    }

    /// Makes the source that has this name.
    init(name: String?) {
        switch name {
        case nil: self = .none
        case "-"?: self = .standardInput
        case let path?: self = .file(path)
        }
    }
}
