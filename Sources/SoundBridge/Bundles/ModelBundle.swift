import Foundation
import LatentDiffusion

/// A model on disk: `Models/<name>/bundle.json`, which names its components by their paths inside
/// `Models` and gives the default settings.
public struct ModelBundle: Sendable {
    /// What a component does in a bundle; raw values are the keys in `bundle.json`.
    public enum Role: String, Sendable, CaseIterable, Codable, CodingKeyRepresentable {
        case audioEncoder = "audio_encoder"
        case textEncoder = "text_encoder"
        case bridge
        case denoiser
        case autoencoder
    }

    /// Settings that generation starts from.
    public struct Defaults: Sendable, Codable {
        public let sampler: SamplerKind
        /// 1 or more.
        public let steps: Int
        /// 0 or more.
        public let guidanceScale: Float

        enum CodingKeys: String, CodingKey {
            case sampler, steps
            case guidanceScale = "guidance_scale"
        }
    }

    public let name: String
    public let summary: String
    public let defaults: Defaults
    /// The bundle's own folder.
    public let directory: URL
    private let components: [Role: URL]

    /// Reads `bundle.json` in `directory`; components lie under the directory's parent.
    /// Throws `ModelError.badBundle` for a file that is missing, malformed or names a path outside that parent.
    public init(contentsOf directory: URL) throws {
        let file = directory.appending(path: "bundle.json")
        let path = file.path(percentEncoded: false)
        let manifest: Manifest
        do {
            manifest = try JSONDecoder().decode(Manifest.self, from: Data(contentsOf: file))
        } catch let error as DecodingError {
            throw ModelError.badBundle(file: path, reason: error.sentence)
        } catch {
            throw ModelError.badBundle(file: path, reason: "it cannot be read")
        }
        guard manifest.formatVersion == 1 else {
            throw ModelError.badBundle(file: path, reason: "format_version is \(manifest.formatVersion), not 1")
        }
        guard manifest.defaults.steps >= 1, manifest.defaults.guidanceScale >= 0 else {
            throw ModelError.badBundle(file: path, reason: "the default steps or guidance_scale are out of range")
        }
        let root = directory.deletingLastPathComponent()
        components = try manifest.components.mapValues { try Self.component($0, inside: root, file: path) }
        self.directory = directory
        (name, summary, defaults) = (manifest.name, manifest.summary, manifest.defaults)
    }

    /// The folder of a component. Throws `ModelError.lacks`.
    public func component(_ role: Role) throws -> URL {
        guard let component = components[role] else {
            throw ModelError.lacks(bundle: name, component: role.rawValue.replacingOccurrences(of: "_", with: " "))
        }
        return component
    }

    /// Folders of all components, in the order of their roles.
    public var componentDirectories: [(role: Role, directory: URL)] {
        Role.allCases.compactMap { role in components[role].map { (role, $0) } }
    }

    private static func component(_ path: String, inside root: URL, file: String) throws -> URL {
        let inside = root.resolvingSymlinksInPath().standardizedFileURL.pathComponents
        let component = root.appending(path: path).resolvingSymlinksInPath().standardizedFileURL
        guard !path.hasPrefix("/"), component.pathComponents.count > inside.count,
            component.pathComponents.starts(with: inside)
        else { throw ModelError.badBundle(file: file, reason: "the component path “\(path)” leads outside Models") }
        return component
    }

    private struct Manifest: Decodable {
        let formatVersion: Int
        let name: String
        let summary: String
        let components: [Role: String]
        let defaults: Defaults

        enum CodingKeys: String, CodingKey {
            case formatVersion = "format_version"
            case name, summary, components, defaults
        }
    }
}

extension DecodingError {
    /// What is wrong, without Swift's names: the field and what was expected there.
    var sentence: String {
        func field(_ context: Context) -> String {
            context.codingPath.isEmpty ? "the file" : "“\(context.codingPath.map(\.stringValue).joined(separator: "."))”"
        }
        return switch self {
        case .keyNotFound(let key, _): "“\(key.stringValue)” is missing"
        case .typeMismatch(_, let context), .valueNotFound(_, let context): "\(field(context)) has the wrong type"
        case .dataCorrupted(let context): "\(field(context)) is not valid"
        @unknown default: "it cannot be decoded"
        }
    }
}
