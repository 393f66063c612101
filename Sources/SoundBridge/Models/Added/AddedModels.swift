import FilesOnDisk
import Foundation

/// Text-to-image models that the user has given names: links to where they lie, or copies of them, in
/// `$XDG_DATA_HOME/fusemix-gen/models`.
public struct AddedModels: Sendable {
    /// One model.
    public struct Entry: Sendable, Equatable {
        public let name: String
        /// The folder or file that a link leads to, or the copy.
        public let location: URL
        public let isCopy: Bool

        public var isPresent: Bool { FileManager.default.fileExists(atPath: location.path(percentEncoded: false)) }
    }

    /// The folder, which need not exist; nil where the user has no home.
    public let folder: URL?

    public init(folder: URL?) { self.folder = folder }

    public init(environment: [String: String] = ProcessInfo.processInfo.environment) {
        self.init(folder: UserFolders.data(environment)?.appending(path: "models", directoryHint: .isDirectory))
    }

    /// All of them by name; what else lies in the folder is passed over.
    public var entries: [Entry] {
        let names = folder.flatMap {
            try? FileManager.default.contentsOfDirectory(atPath: $0.path(percentEncoded: false))
        }
        return (names ?? []).sorted().compactMap(entry)
    }

    /// Returns the model of that name; nil for none.
    public func entry(_ name: String) -> Entry? {
        guard Self.isName(name), let place = folder?.appending(path: name, directoryHint: .notDirectory) else {
            return nil
        }
        let path = place.path(percentEncoded: false)
        var status = stat()
        guard lstat(path, &status) == 0 else { return nil }
        guard status.st_mode & S_IFMT == S_IFLNK else { return Entry(name: name, location: place, isCopy: true) }
        guard let target = try? FileManager.default.destinationOfSymbolicLink(atPath: path) else { return nil }
        return Entry(name: name, location: URL(filePath: target), isCopy: false)
    }

    /// Gives a model a name. It is not looked at; `ModelSearch.add` does that.
    ///
    /// - Throws: `AddedModelError`; `AtomicFileError` for a copy that cannot be made. Nothing is left behind.
    func add(_ model: URL, as name: String, copies: Bool) throws -> Entry {
        guard Self.isName(name) else { throw AddedModelError.badName(name) }
        guard let folder else { throw AddedModelError.noHome }
        guard entry(name) == nil else { throw AddedModelError.exists(name) }
        let model = URL(filePath: model.path(percentEncoded: false)).standardizedFileURL
        let place = folder.appending(path: name, directoryHint: .notDirectory)
        do {
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        } catch {
            throw AddedModelError.refused(folder.path(percentEncoded: false), Self.cause(of: error))
        }
        if copies {
            try Self.copy(model.resolvingSymlinksInPath(), to: place)
        } else if symlink(model.path(percentEncoded: false), place.path) != 0 {
            throw errno == EEXIST
                ? AddedModelError.exists(name)
                : AddedModelError.refused(place.path, String(cString: strerror(errno)))
        }
        guard let entry = entry(name) else { throw AddedModelError.unknown(name, known: []) }
        return entry
    }

    /// Forgets a model; a copy is deleted, what a link leads to stays. Throws `AddedModelError`.
    @discardableResult
    public func remove(_ name: String) throws -> Entry {
        guard let entry = entry(name), let folder else {
            throw AddedModelError.unknown(name, known: entries.map(\.name))
        }
        let place = folder.appending(path: name, directoryHint: .notDirectory)
        do { try FileManager.default.removeItem(at: place) } catch {
            throw AddedModelError.refused(place.path, Self.cause(of: error))
        }
        return entry
    }

    /// Whether a text may be a model's name: up to 64 letters and digits of ASCII, `.`, `_` and `-`, the first of them a
    /// letter or digit, so that it is neither a path nor an option.
    private static func isName(_ text: String) -> Bool {
        text.wholeMatch(of: /[A-Za-z0-9][A-Za-z0-9._-]{0,63}/) != nil
    }

    private static func copy(_ model: URL, to place: URL) throws {
        if FolderListing.isFolder(model.path(percentEncoded: false)) {
            try AtomicFolder(place.path(percentEncoded: false)).write(overwrite: false) { try fill($0, from: model) }
        } else {
            try AtomicFile.write(Data(contentsOf: model, options: .alwaysMapped), to: place, overwrite: false)
        }
    }

    /// Copies files, those that links lead to as well, and folders within; names with a leading dot are left out.
    private static func fill(_ folder: URL, from model: URL) throws {
        for name in try FileManager.default.contentsOfDirectory(atPath: model.path(percentEncoded: false))
        where !name.hasPrefix(".") {
            let (from, to) = (model.appending(path: name), folder.appending(path: name))
            if FolderListing.isFolder(from.path(percentEncoded: false)) {
                try FileManager.default.createDirectory(at: to, withIntermediateDirectories: false)
                try fill(to, from: from)
            } else {
                try FileManager.default.copyItem(at: from.resolvingSymlinksInPath(), to: to)
            }
        }
    }

    private static func cause(of error: any Error) -> String {
        let underlying = (error as NSError).userInfo[NSUnderlyingErrorKey] as? NSError
        return underlying.map { String(cString: strerror(Int32($0.code))) } ?? "it may not be changed"
    }
}

/// Reasons why a model cannot be added or removed.
public enum AddedModelError: DescribedError, Equatable {
    case badName(String)
    case exists(String)
    /// The name is that of a bundle.
    case isBundle(String)
    case unknown(String, known: [String])
    case noHome
    case notTextToImage(path: String)
    case notFound(path: String)
    case refused(String, String)

    public var exitStatus: Int32 {
        if case .refused = self { 1 } else { 2 }
    }

    public var description: String {
        switch self {
        case .badName(let name):
            "“\(name.onOneLine)” is no name for a model; up to 64 letters, digits, “.”, “_” and “-” were expected."
        case .exists(let name):
            "A model has been added as “\(name)” already; “fusemix-gen models remove \(name)” forgets it."
        case .isBundle(let name): "“\(name)” is the name of an installed model; another was expected."
        case .unknown(let name, let known):
            "No model has been added as “\(name.onOneLine)”; "
                + (known.isEmpty ? "none has been added at all." : "there are \(known.joined(separator: ", ")).")
        case .noHome: "There is no place for names of models, since neither XDG_DATA_HOME nor HOME is set."
        case .notTextToImage(let path):
            "\(path.onOneLine) is no Stable Diffusion model: a folder of diffusers or a single file was expected."
        case .notFound(let path):
            "Neither a file or folder nor an added model is called “\(path.onOneLine)”."
        case .refused(let path, let cause): "\(path) cannot be changed: \(cause)."
        }
    }
}
