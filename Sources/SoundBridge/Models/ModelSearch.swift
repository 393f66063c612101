import Foundation

/// The search path for models: the folder given, `FUSEMIX_MODELS`, the installation
/// (`<executable>/../share/fusemix-gen/Models`), and the checkout that the executable was built in.
public struct ModelSearch: Sendable {
    /// `Models` folders that may exist, first choice first.
    public let roots: [URL]

    public init(
        environment: [String: String] = ProcessInfo.processInfo.environment,
        executable: URL? = Bundle.main.executableURL
    ) {
        var roots: [URL] = []
        if let path = environment["FUSEMIX_MODELS"], !path.isEmpty {
            roots.append(URL(filePath: path, directoryHint: .isDirectory))
        }
        if let executable = executable?.resolvingSymlinksInPath() {
            var folder = executable.deletingLastPathComponent()
            roots.append(folder.deletingLastPathComponent().appending(path: "share/fusemix-gen/Models"))
            while folder.pathComponents.count > 1 {
                folder.deleteLastPathComponent()
                roots.append(folder.appending(path: "Models"))
            }
        }
        self.roots = roots
    }

    /// Finds a bundle by its name, or by the path of its folder.
    /// Throws `ModelError.notFound`, or `ModelError.component` for one that is there but wrong.
    public func bundle(_ nameOrPath: String) throws -> ModelBundle {
        let byPath = URL(filePath: nameOrPath, directoryHint: .isDirectory)
        let byName = nameOrPath.contains("/") ? [] : roots.map { $0.appending(path: nameOrPath) }
        for directory in [byPath] + byName where directory.holdsBundle {
            return try ModelBundle(contentsOf: directory.resolvingSymlinksInPath())
        }
        throw ModelError.notFound(name: nameOrPath, searched: searched(byPath, byName))
    }

    /// Finds a component's folder, which holds a `config.json`, by its name in `components`, or by its path.
    /// Throws `ModelError.noComponent`.
    public func component(_ nameOrPath: String) throws -> URL {
        let byPath = URL(filePath: nameOrPath, directoryHint: .isDirectory)
        let byName = nameOrPath.contains("/") ? [] : roots.map { $0.appending(path: "components/\(nameOrPath)") }
        for directory in [byPath] + byName where directory.holdsComponent {
            return directory.resolvingSymlinksInPath()
        }
        throw ModelError.noComponent(name: nameOrPath, searched: searched(byPath, byName))
    }

    /// Returns the first root that exists, with its bundles sorted by name. Throws `ModelError.notFound`.
    public func installed() throws -> (root: URL, bundles: [ModelBundle]) {
        guard let root = roots.first(where: \.isModelsFolder) else {
            throw ModelError.notFound(name: "default", searched: searched(nil, roots))
        }
        let folders = try FileManager.default.contentsOfDirectory(at: root, includingPropertiesForKeys: nil)
        let bundles = try folders.filter(\.holdsBundle).map(ModelBundle.init(contentsOf:))
        return (root, bundles.sorted { $0.name < $1.name })
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

    fileprivate var isModelsFolder: Bool {
        let contents = try? FileManager.default.contentsOfDirectory(at: self, includingPropertiesForKeys: nil)
        return contents?.contains(where: \.holdsBundle) ?? false
    }
}
