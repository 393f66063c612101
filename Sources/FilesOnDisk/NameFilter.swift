import Foundation

/// A filter of a folder's files by patterns as in the shell (`fnmatch(3)`): `*` and `?` match anything but `/`, `[a-z]`
/// one of these characters.
///
/// A pattern without `/` is matched against the name of a file or folder at any depth; one with `/` against the path
/// below the given folder.
public struct NameFilter: Sendable, Equatable {
    private let included: [String]
    private let excluded: [String]

    /// - Parameters:
    ///   - included: A file, or a folder that it is in, must match one of these, unless there are none.
    ///   - excluded: Neither a file nor any folder that it is in may match one of these.
    public init(including included: [String] = [], excluding excluded: [String] = []) {
        (self.included, self.excluded) = (included, excluded)
    }

    /// Whether there are no patterns.
    public var takesAll: Bool { included.isEmpty && excluded.isEmpty }

    /// - Parameter path: The path below the given folder.
    func takes(file path: String) -> Bool {
        (included.isEmpty || included.contains { Self.matchesPartly(path, $0) }) && takes(folder: path)
    }

    /// Whether the path or a folder on it matches.
    private static func matchesPartly(_ path: String, _ pattern: String) -> Bool {
        let parts = path.split(separator: "/")
        return parts.indices.contains { matches(parts[...$0].joined(separator: "/"), pattern) }
    }

    /// Whether files below the folder may be wanted.
    func takes(folder path: String) -> Bool { !excluded.contains { Self.matches(path, $0) } }

    private static func matches(_ path: String, _ pattern: String) -> Bool {
        let name = path.split(separator: "/").last.map(String.init) ?? path
        return fnmatch(pattern, pattern.contains("/") ? path : name, FNM_PATHNAME) == 0
    }
}
