/// Where an item's sound comes from.
public enum RunSource: Sendable, Equatable {
    /// A path as it was given, or beginning as the folder that it was found in was given.
    case file(String)
    case standardInput
    /// There is no sound; the words alone make the picture.
    case none

    /// The sound as records name it; nil without one.
    public var name: String? {
        switch self {
        case .none: nil
        case .standardInput: "-"
        case .file(let path): path
        }
    }

    /// The source that has this name.
    init(name: String?) {
        switch name {
        case nil: self = .none
        case "-"?: self = .standardInput
        case let path?: self = .file(path)
        }
    }
}
