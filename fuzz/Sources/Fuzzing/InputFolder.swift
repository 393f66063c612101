import Foundation

/// A folder for a reader that wants a path; `fuzz/run` sees to it that it lies in memory, and removes it.
public struct InputFolder {
    public let url: URL

    public init() {
        url = FileManager.default.temporaryDirectory.appending(
            path: "fuzz-\(ProcessInfo.processInfo.processIdentifier)", directoryHint: .isDirectory)
        try? FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    }

    /// Writes a file in place of the one of that name.
    public func file(_ name: String, _ bytes: [UInt8]) -> URL {
        let file = url.appending(path: name, directoryHint: .notDirectory)
        // A file that is still mapped keeps its bytes.
        unlink(file.path)
        guard FileManager.default.createFile(atPath: file.path, contents: Data(bytes)) else {
            fatalError("\(file.path) cannot be written.")
        }
        return file
    }
}
