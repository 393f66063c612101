/// Where a picture goes.
public enum RunDestination: Sendable, Equatable {
    /// A path that begins as the output was given.
    case file(String)
    case standardOutput

    /// The picture as records name it.
    public var name: String {
        switch self {
        case .file(let path): path
        case .standardOutput: "-"
        }
    }

    /// The destination that has this name.
    init(name: String) {
        self = name == "-" ? .standardOutput : .file(name)
    }
}
