import FilesOnDisk
import Foundation

/// The search path for models: `FUSEMIX_MODELS`, the installation (`<executable>/../share/fusemix-gen/Models`), and the
/// checkout that the executable was built in, or the package manager's checkout that it was built from, as far as nobody else
/// could have put it there: what lies in a folder that everybody may write to is passed over.
public struct ModelSearch: Sendable {
    /// `Models` folders that may exist, first choice first.
    public let roots: [URL]
    /// The folder that `FUSEMIX_MODELS` names; nil where it names none.
    private let environment: URL?

    /// Looks in the given `Models` folder alone.
    public init(models folder: URL) {
        (roots, environment) = ([folder], nil)
    }

    public init(
        environment: [String: String] = ProcessInfo.processInfo.environment,
        executable: URL? = Bundle.main.executableURL
    ) {
        let named = environment["FUSEMIX_MODELS"].flatMap { $0.isEmpty ? nil : $0 }
        self.environment = named.map { URL(filePath: $0, directoryHint: .isDirectory) }
        var roots = self.environment.map { [$0] } ?? []
        if let executable = executable?.resolvingSymlinksInPath() {
            var folder = executable.deletingLastPathComponent()
            roots.append(folder.deletingLastPathComponent().appending(path: "share/fusemix-gen/Models"))
            while folder.pathComponents.count > 1 {
                folder.deleteLastPathComponent()
                if !folder.isWritableByAll {
                    roots += ["Models", "checkouts/fusemix-gen/Models"].map { folder.appending(path: $0) }
                }
            }
        }
        self.roots = roots
    }

    /// Finds a bundle by its name, or by the path of its folder.
    /// Throws `ModelError.notFound`, `.noBundle`, `.badEnvironment`, or `.component` for one that is there but wrong.
    public func bundle(_ nameOrPath: String) throws -> ModelBundle {
        try checkEnvironment()
        let byPath = URL(filePath: nameOrPath, directoryHint: .isDirectory)
        let byName = nameOrPath.contains("/") ? [] : roots.map { $0.appending(path: nameOrPath) }
        for directory in [byPath] + byName where directory.holdsBundle {
            return try ModelBundle(contentsOf: directory.resolvingSymlinksInPath())
        }
        if nameOrPath.contains("/"), byPath.isFolder {
            throw ModelError.noBundle(path: nameOrPath)
        }
        throw ModelError.notFound(name: nameOrPath, searched: searched(byPath, byName))
    }

    /// Finds a text-to-image model by the path of its folder or file; nil for anything else, such as the name of a bundle.
    /// Throws `ModelError.component` for one that is there but wrong.
    public func textToImage(
        _ path: String, options: TextToImageOptions = TextToImageOptions()
    ) throws -> (any TextToImageModel)? {
        let url = URL(filePath: path)
        do {
            if FileManager.default.fileExists(
                atPath: url.appending(path: DiffusersFolder.indexName).path(percentEncoded: false))
            {
                return try DiffusersFolder(contentsOf: url, options: options)
            }
            guard FileManager.default.fileExists(atPath: path), !FolderListing.isFolder(path) else { return nil }
            let vocabulary = try part("components/clip-vocabulary/merges.txt")
            return try OriginalCheckpoint(contentsOf: url, vocabulary: vocabulary, options: options)
        } catch let error as ModelError {
            throw error
        } catch {
            throw ModelError.component(error)
        }
    }

    /// Finds a file below one of the roots. Throws `ModelError.noComponent`.
    private func part(_ path: String) throws -> URL {
        let places = roots.map { $0.appending(path: path) }
        guard
            let found = places.first(where: { FileManager.default.fileExists(atPath: $0.path(percentEncoded: false)) })
        else { throw ModelError.noComponent(name: path, searched: searched(nil, places)) }
        return found
    }

    /// Finds a component's folder, which holds a `config.json`, by its name in `components`, or by its path.
    /// Throws `ModelError.noComponent`, `.badEnvironment`.
    public func component(_ nameOrPath: String) throws -> URL {
        try checkEnvironment()
        let byPath = URL(filePath: nameOrPath, directoryHint: .isDirectory)
        let byName = nameOrPath.contains("/") ? [] : roots.map { $0.appending(path: "components/\(nameOrPath)") }
        for directory in [byPath] + byName where directory.holdsComponent {
            return directory.resolvingSymlinksInPath()
        }
        throw ModelError.noComponent(name: nameOrPath, searched: searched(byPath, byName))
    }

    /// Returns the first root that exists, with its bundles sorted by name. Throws `ModelError.notFound`,
    /// `.badEnvironment`.
    public func installed() throws -> (root: URL, bundles: [ModelBundle]) {
        try checkEnvironment()
        guard let root = roots.first(where: \.isModelsFolder) else {
            throw ModelError.notFound(name: "default", searched: searched(nil, roots))
        }
        let folders = try FileManager.default.contentsOfDirectory(at: root, includingPropertiesForKeys: nil)
        let bundles = try folders.filter(\.holdsBundle).map(ModelBundle.init(contentsOf:))
        return (root, bundles.sorted { $0.name < $1.name })
    }

    /// A folder that was named and is none would otherwise be passed over, and other models taken, without a word.
    private func checkEnvironment() throws {
        guard let environment, !environment.isFolder else { return }
        throw ModelError.badEnvironment(path: environment.path(percentEncoded: false))
    }

    /// The checkout is searched upwards from the executable, which would make a long list, so its last part stands for
    /// all.
    private func searched(_ path: URL?, _ named: [URL]) -> [String] {
        let places = (path.map { [$0] } ?? []) + named.prefix(2)
        let paths = places.map { $0.path(percentEncoded: false) }
        return named.count > 2 ? paths + ["every Models folder above the executable"] : paths
    }
}

extension URL {
    fileprivate var holdsBundle: Bool {
        FileManager.default.fileExists(atPath: appending(path: "bundle.json").path(percentEncoded: false))
    }

    fileprivate var holdsComponent: Bool {
        FileManager.default.fileExists(atPath: appending(path: "config.json").path(percentEncoded: false))
    }

    fileprivate var isFolder: Bool { FolderListing.isFolder(path(percentEncoded: false)) }

    fileprivate var isWritableByAll: Bool {
        var status = stat()
        return stat(path(percentEncoded: false), &status) == 0 && status.st_mode & S_IWOTH != 0
    }

    fileprivate var isModelsFolder: Bool {
        let contents = try? FileManager.default.contentsOfDirectory(at: self, includingPropertiesForKeys: nil)
        return contents?.contains(where: \.holdsBundle) ?? false
    }
}
