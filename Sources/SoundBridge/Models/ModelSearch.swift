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
    /// Text-to-image models that have names of the user's own.
    public let added: AddedModels

    /// Looks in the given `Models` folder alone.
    public init(models folder: URL, added: AddedModels = AddedModels(folder: nil)) {
        (roots, environment, self.added) = ([folder], nil, added)
    }

    public init(
        environment: [String: String] = ProcessInfo.processInfo.environment,
        executable: URL? = Bundle.main.executableURL
    ) {
        added = AddedModels(environment: environment)
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

    /// Finds a text-to-image model by the path of its folder or file, or by the name that it was added by; nil for anything
    /// else, such as the name of a bundle. Throws `ModelError.component` for one that is there but wrong, `.gone` for a name
    /// whose model is not there any more.
    public func textToImage(
        _ nameOrPath: String, options: TextToImageOptions = TextToImageOptions()
    ) throws -> (any TextToImageModel)? {
        try place(ofTextToImage: nameOrPath).map { try textToImage(at: $0, options) }
    }

    private func textToImage(at url: URL, _ options: TextToImageOptions) throws -> any TextToImageModel {
        do {
            if url.isDiffusersFolder { return try DiffusersFolder(contentsOf: url, options: options) }
            let vocabulary = try part("components/clip-vocabulary/merges.txt")
            return try OriginalCheckpoint(contentsOf: url, vocabulary: vocabulary, options: options)
        } catch let error as ModelError {
            throw error
        } catch {
            throw ModelError.component(error)
        }
    }

    /// The file, or folder of diffusers, that a path or a name stands for.
    private func place(ofTextToImage nameOrPath: String) throws -> URL? {
        let path = URL(filePath: nameOrPath)
        if path.isFile || path.isDiffusersFolder { return path }
        guard !nameOrPath.contains("/"), !path.holdsBundle else { return nil }
        if let named = environment?.appending(path: nameOrPath) {
            if named.isFile || named.isDiffusersFolder { return named }
            if named.holdsBundle { return nil }
        }
        guard let entry = added.entry(nameOrPath) else { return nil }
        guard entry.isPresent else {
            throw ModelError.gone(name: nameOrPath, path: entry.location.path(percentEncoded: false))
        }
        return entry.location
    }

    /// Opens a text-to-image model by path or name, and tells where it lies. Throws `AddedModelError` for anything else, and
    /// what `textToImage` throws.
    public func textToImageModel(_ nameOrPath: String) throws -> (model: any TextToImageModel, place: URL) {
        guard let place = try place(ofTextToImage: nameOrPath) else {
            throw FileManager.default.fileExists(atPath: nameOrPath)
                ? AddedModelError.notTextToImage(path: nameOrPath) : AddedModelError.notFound(path: nameOrPath)
        }
        return (try textToImage(at: place, TextToImageOptions()), place)
    }

    /// Gives a text-to-image model a name, by which it is found from then on: by a link to it, or a copy of it. It is opened,
    /// but its weights are not read.
    /// Throws `AddedModelError`, `AtomicFileError`; `ModelError` for a model that cannot be opened.
    @discardableResult
    public func add(_ path: String, as name: String, copies: Bool = false) throws -> AddedModels.Entry {
        let place = try textToImageModel(path).place
        guard !roots.contains(where: { $0.appending(path: name).holdsBundle }) else {
            throw AddedModelError.isBundle(name)
        }
        return try added.add(place, as: name, copies: copies)
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
        let paths = places.map { $0.path(percentEncoded: false) } + (path == nil ? [] : addedFolder)
        return named.count > 2 ? paths + ["every Models folder above the executable"] : paths
    }
}

extension ModelSearch {
    private var addedFolder: [String] {
        added.entries.isEmpty ? [] : [added.folder?.path(percentEncoded: false)].compactMap(\.self)
    }
}

extension URL {
    fileprivate var isDiffusersFolder: Bool {
        FileManager.default.fileExists(
            atPath: appending(path: DiffusersFolder.indexName).path(percentEncoded: false))
    }

    fileprivate var isFile: Bool {
        FileManager.default.fileExists(atPath: path(percentEncoded: false)) && !isFolder
    }

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
