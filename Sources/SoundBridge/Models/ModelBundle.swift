import FilesOnDisk
import Foundation
import LatentDiffusion
import TensorCore

/// A model on disk: `Models/<name>/bundle.json`, which names its components by their paths inside
/// `Models` and gives the default settings.
public struct ModelBundle: Sendable {
    /// The role of a component in a bundle; raw values are the keys in `bundle.json`. A bundle need not have all of
    /// them.
    public enum Role: String, Sendable, CaseIterable, Codable, CodingKeyRepresentable {
        case audioEncoder = "audio_encoder"
        case textEncoder = "text_encoder"
        case imageEncoder = "image_encoder"
        /// Embeddings of the names of the audio encoder's classes.
        case classWords = "class_words"
        /// An anchored adapter from sounds to the sentence space; without one, the class words take its place.
        case soundAdapter = "bridge"
        /// Adapters between pictures and words.
        case imageText = "image_text"
        /// Adapters between sounds and words.
        case audioText = "audio_text"
        case denoiser
        case autoencoder
        /// The words for what the denoiser draws.
        case drawnWords = "drawn_words"
    }

    /// Ranges of settings beyond which pictures get bad; nil for those without such a range.
    public struct DrawsWell: Sendable, Codable {
        public var guidanceScale: ClosedRange<Float>?
        /// Sides of a picture in pixels; a picture of another size is drawn at one of these and enlarged or reduced.
        public var sides: ClosedRange<Int>?

        public init(guidanceScale: ClosedRange<Float>? = nil, sides: ClosedRange<Int>? = nil) {
            (self.guidanceScale, self.sides) = (guidanceScale, sides)
        }

        enum CodingKeys: String, CodingKey {
            case guidanceScale = "guidance_scale"
            case sides
        }
    }

    public let name: String
    public let summary: String
    public let defaults: ModelDefaults
    public let drawsWell: DrawsWell
    /// The bundle's own folder.
    public let directory: URL
    private let components: [Role: URL]
    /// The folder of an audio encoder in place of the bundle's own.
    public private(set) var otherAudioEncoder: URL?

    /// Reads `bundle.json` in `directory`; components lie under the parent of that folder.
    /// Throws `ModelError.component` for a file that is missing, malformed or names a path outside that parent.
    public init(contentsOf directory: URL) throws {
        let file = directory.appending(path: "bundle.json")
        let root = directory.deletingLastPathComponent()
        do {
            let manifest = try Manifest(contentsOf: file)
            components = try Dictionary(
                uniqueKeysWithValues: manifest.components.map { role, path in
                    (role, try Self.component(role, at: path, inside: root, file: file))
                })
            (name, summary, defaults) = (manifest.name, manifest.summary, manifest.defaults)
            drawsWell = manifest.drawsWell ?? DrawsWell()
        } catch {
            throw ModelError.component(error)
        }
        self.directory = directory
    }

    /// Returns the folder of a component. Throws `ModelError.lacks`.
    public func component(_ role: Role) throws -> URL {
        guard let component = components[role] else {
            throw ModelError.lacks(model: name, component: role.rawValue.replacingOccurrences(of: "_", with: " "))
        }
        return component
    }

    /// Returns the bundle with another audio encoder, a tagger. What that hears is drawn by the names of its classes alone,
    /// since the bundle's bridge and its adapters know its own encoder only.
    public func hearing(with folder: URL) -> ModelBundle {
        let folder = folder.resolvingSymlinksInPath().standardizedFileURL
        var bundle = self
        bundle.otherAudioEncoder = folder == components[.audioEncoder] ? nil : folder
        return bundle
    }

    /// The space of the text encoder's sentences, named after the encoder.
    public var sentenceSpace: EmbeddingSpace { EmbeddingSpace(components[.textEncoder]?.lastPathComponent ?? name) }

    public func has(_ role: Role) -> Bool { components[role] != nil }

    /// Folders of all components, in the order of their roles.
    public var componentDirectories: [(role: Role, directory: URL)] {
        Role.allCases.compactMap { role in components[role].map { (role, $0) } }
    }

    private static func component(_ role: Role, at path: String, inside root: URL, file: URL) throws -> URL {
        let inside = root.resolvingSymlinksInPath().standardizedFileURL.pathComponents
        let component = root.appending(path: path).resolvingSymlinksInPath().standardizedFileURL
        guard !path.hasPrefix("/"), component.pathComponents.count > inside.count,
            component.pathComponents.starts(with: inside)
        else {
            throw FileContentError.field(
                file: file.path(percentEncoded: false), field: "components.\(role.rawValue)",
                expected: "a path inside the folder of the models, not “\(path.onOneLine)”")
        }
        return component
    }

    private struct Manifest: CheckedJSON {
        let formatVersion: Int
        let name: String
        let summary: String
        let components: [Role: String]
        let defaults: ModelDefaults
        let drawsWell: DrawsWell?

        enum CodingKeys: String, CodingKey {
            case formatVersion = "format_version"
            case name, summary, components, defaults
            case drawsWell = "draws_well"
        }

        func validate(_ check: FieldCheck) throws {
            try check.require(formatVersion == 1, "format_version", "1, not \(formatVersion)")
            try check.require(defaults.steps, in: GenerationSettings.stepRange, "defaults.steps")
            try check.require(
                defaults.guidanceScale, in: GenerationSettings.guidanceScaleRange, "defaults.guidance_scale")
            if let scale = defaults.soundGuidanceScale {
                try check.require(
                    scale, in: GenerationSettings.guidanceScaleRange, "defaults.sound_guidance_scale")
            }
            if let candidates = defaults.candidates {
                try check.require(candidates, in: GenerationSettings.candidateRange, "defaults.candidates")
            }
            for side in drawsWell?.sides.map({ [$0.lowerBound, $0.upperBound] }) ?? [] {
                try check.require(side, in: PictureSize.range, "draws_well.sides")
            }
        }
    }
}
