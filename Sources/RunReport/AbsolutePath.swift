import Foundation

/// A path from the root, byte for byte as the system has it.
public struct AbsolutePath: Sendable, Hashable {
    /// Names from the root on, none of them empty, `.` or `..`.
    public let parts: [[UInt8]]

    /// Resolves the path's folders as the system knows them, links followed as far as they exist; the last part stays
    /// as given.
    ///
    /// - Parameter folder: where a relative path begins.
    public init(of path: String, in folder: AbsolutePath) {
        let given = Self.split(Array(path.utf8))
        let start = path.hasPrefix("/") ? [] : folder.parts
        guard let last = given.last, last != Self.dotDot, last != Self.dot else {
            parts = Self.resolved(start + given)
            return
        }
        parts = Self.resolved(start + given.dropLast()) + [last]
    }

    /// Resolves a folder, all links followed.
    public init(folder path: String) {
        let here = path.hasPrefix("/") ? [] : Self.workingDirectory
        parts = Self.resolved(here + Self.split(Array(path.utf8)))
    }

    /// Returns the file of that path in this folder, which must lie below it.
    func appending(_ path: String) -> AbsolutePath {
        AbsolutePath(parts: parts + Self.split(Array(path.utf8)))
    }

    private init(parts: [[UInt8]]) { self.parts = parts }

    private static let dot = Array(".".utf8)
    private static let dotDot = Array("..".utf8)
    private static let slash = UInt8(ascii: "/")

    private static func split(_ path: [UInt8]) -> [[UInt8]] {
        path.split(separator: slash).map(Array.init)
    }

    private static var workingDirectory: [[UInt8]] {
        guard let path = getcwd(nil, 0) else { return [] }
        defer { free(path) }
        return split(bytes(path))
    }

    private static func bytes(_ path: UnsafePointer<CChar>) -> [UInt8] {
        UnsafeRawBufferPointer(start: path, count: strlen(path)).map { $0 }
    }

    /// Returns realpath(3) of the longest beginning that exists, followed by the rest as it is.
    private static func resolved(_ parts: [[UInt8]]) -> [[UInt8]] {
        var missing: [[UInt8]] = []
        var there = parts[...]
        while true {
            let path = [slash] + there.joined(separator: [slash]) + [0]
            let real = path.withUnsafeBytes { realpath($0.baseAddress!.assumingMemoryBound(to: CChar.self), nil) }
            if let real {
                defer { free(real) }
                return missing.reversed().reduce(into: split(bytes(real))) { parts, part in
                    if part == dotDot { _ = parts.popLast() } else if part != dot { parts.append(part) }
                }
            }
            guard let last = there.popLast() else { return parts }
            missing.append(last)
        }
    }
}
