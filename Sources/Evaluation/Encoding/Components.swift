import Foundation
import FrozenEncoders
import SoundBridge

/// Models, adapters and encoders by name, for one command that evaluates or searches: each encoder is loaded once, and
/// the command's model only on demand.
@ComputeActor
public final class Components {
    public nonisolated let precision: Precision
    private let modelName: String
    private let search: ModelSearch
    private let encoders: EncoderLoader
    private var opened: OpenModel?

    /// - Parameter model: The command's own model, by name or folder.
    public nonisolated init(
        model: String = "default", precision: Precision, search: ModelSearch = ModelSearch(),
        encoders: EncoderLoader = EncoderLoader()
    ) {
        (modelName, self.precision, self.search, self.encoders) = (model, precision, search, encoders)
    }

    /// Returns the command's own model. Throws `ModelError`.
    public func model() throws -> OpenModel {
        if let opened { return opened }
        let model = try OpenModel(search.bundle(modelName), precision: precision, encoders: encoders)
        opened = model
        return model
    }

    /// Returns a model by name or path; nil when there is none. Throws `ModelError` for an invalid one.
    public func model(_ nameOrPath: String) throws -> OpenModel? {
        do {
            return try OpenModel(search.bundle(nameOrPath), precision: precision, encoders: encoders)
        } catch let error as ModelError where error.isAboutNoModel {
            return nil
        }
    }

    /// Returns adapters by name or path. Throws `ModelError`.
    public func adapters(_ nameOrPath: String) throws -> NamedAdapters {
        try NamedAdapters(contentsOf: search.component(nameOrPath), precision: precision)
    }

    /// Returns an encoder by name or path, or several with commas between them; the command's model takes precedence over
    /// others with a name. Throws `ModelError`, `SpaceError.modality`.
    ///
    /// - Parameters:
    ///   - namesOrPaths: Component names, folders.
    ///   - modality: What models with towers for several are read for; nil for pictures.
    public func encoder(_ namesOrPaths: String, for modality: Modality? = nil) throws -> NamedEncoder {
        let folders = try search.components(namesOrPaths) { try ownComponent($0) }
        return try NamedEncoder(contentsOf: folders, modality: modality, precision: precision, encoders: encoders)
    }

    /// The encoders of a modality and of words of the command's model, where that is one of both as it was published (CLIP,
    /// CLAP); nil for any other. Throws `ModelError`.
    func towers(for modality: Modality) throws -> (items: NamedEncoder, words: NamedEncoder)? {
        guard let folder = try? search.component(modelName), FrozenEncoder.hasWords(and: modality, folder) else {
            return nil
        }
        return (try encoder(modelName, for: modality), try encoder(modelName, for: .text))
    }

    /// Returns a component of the command's model by name; nil when it has none of that name, or there is no such model.
    private func ownComponent(_ name: String) throws -> URL? {
        do {
            return try model().bundle.componentDirectories.map(\.directory).first { $0.lastPathComponent == name }
        } catch let error as ModelError where error.isAboutNoModel {
            return nil
        }
    }
}

extension ModelSearch {
    /// Finds the folders of components by name or path, one or several with commas between them.
    ///
    /// - Parameters:
    ///   - list: Names or paths; one whose path has a comma stands alone.
    ///   - own: Returns the folder of a name that takes precedence.
    /// - Throws: `ModelError`.
    func components(_ list: String, own: (String) throws -> URL? = { _ in nil }) throws -> [URL] {
        if let whole = try own(list) { return [whole] }
        guard list.contains(","), (try? component(list)) == nil else { return [try component(list)] }
        return try list.split(separator: ",").map { try own(String($0)) ?? component(String($0)) }
    }
}

extension OpenModel {
    /// Returns the model's encoder of a modality. Throws `ModelError`.
    @ComputeActor
    public func encoder(of modality: Modality) throws -> NamedEncoder {
        let role: ModelBundle.Role =
            switch modality {
            case .audio: .audioEncoder
            case .text: .textEncoder
            case .image: .imageEncoder
            }
        return try NamedEncoder(
            contentsOf: [bundle.component(role)], modality: modality, precision: pipeline.parts.precision,
            encoders: encoders)
    }

    /// Returns the model's adapters for a role. Throws `ModelError`.
    public func adapters(_ role: ModelBundle.Role) throws -> NamedAdapters {
        try NamedAdapters(contentsOf: bundle.component(role), precision: pipeline.parts.precision)
    }
}
