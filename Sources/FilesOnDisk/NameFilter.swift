import Foundation

/// Which files of a folder are wanted, by patterns as in the shell (`fnmatch(3)`): `*` and `?` stand for anything but
/// `/`, `[a-z]` for one of these characters.
///
/// A pattern without `/` is held against the name of a file or folder, wherever it stands; one with `/` against the path
/// below the folder that was given.
public struct NameFilter: Sendable, Equatable {
    private let included: [String]
    private let excluded: [String]

    /// - Parameters:
    ///   - included: A file must match one of these, unless there are none.
    ///   - excluded: A file must match none of these, and neither may a folder that it is in.
    public init(including included: [String] = [], excluding excluded: [String] = []) {
        (self.included, self.excluded) = (included, excluded)
    }

    /// Whether there are no patterns.
    public var takesAll: Bool { included.isEmpty && excluded.isEmpty }

    /// - Parameter path: Below the folder that was given.
    func takes(file path: String) -> Bool {
        (included.isEmpty || included.contains { Self.matches(path, $0) }) && takes(folder: path)
    }

    /// Whether what stands below the folder may be wanted.
    func takes(folder path: String) -> Bool { !excluded.contains { Self.matches(path, $0) } }

    private static func matches(_ path: String, _ pattern: String) -> Bool {
        let name = path.split(separator: "/").last.map(String.init) ?? path
        return fnmatch(pattern, pattern.contains("/") ? path : name, FNM_PATHNAME) == 0
    }
}
