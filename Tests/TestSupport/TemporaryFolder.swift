import Foundation

/// A new folder in the temporary directory, removed with its contents when its last owner is gone: a suite that holds
/// it has a fresh one for each test.
///
/// Every test takes its folders from here, so that no file stays behind (`.ci/run` checks it).
public final class TemporaryFolder: Sendable {
    public let url: URL

    public init() throws {
        url = FileManager.default.temporaryDirectory.appending(path: "fusemix-gen-tests-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(at: url) }

    /// Sorted names of the folder's contents, including hidden ones.
    public var names: [String] {
        get throws { try FileManager.default.contentsOfDirectory(atPath: url.path).sorted() }
    }

    public func url(_ name: String) -> URL { url.appending(path: name) }
    public func path(_ name: String) -> String { url(name).path }
    public func data(_ name: String) throws -> Data { try Data(contentsOf: url(name)) }

    /// Writes a file of these bytes, and creates missing folders.
    @discardableResult
    public func write(_ name: String, _ contents: Data) throws -> URL {
        let file = url(name)
        try makeFolder(of: file)
        try contents.write(to: file)
        return file
    }

    @discardableResult
    public func write(_ name: String, _ text: String) throws -> URL { try write(name, Data(text.utf8)) }

    /// Copies a file or folder, and creates missing folders.
    @discardableResult
    public func copy(_ source: URL, to name: String) throws -> URL {
        let copy = url(name)
        try makeFolder(of: copy)
        try FileManager.default.copyItem(at: source, to: copy)
        return copy
    }

    /// Creates a folder in this one, and missing folders above it.
    @discardableResult
    public func makeFolder(_ name: String) throws -> URL {
        let folder = url(name)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        return folder
    }

    private func makeFolder(of file: URL) throws {
        try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    }
}
