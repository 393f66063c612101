import Foundation
import FrozenEncoders
import LatentStore
import Retrieval
import SoundBridge

/// A zero-shot classification as the user asks for it: labelled items, class names, and one method or two to compare.
public struct ZeroShotTask: Sendable {
    /// Folder of folders named after their class, table of paths and labels (`.tsv`), or latents with `labels`.
    public var input: String
    /// Table of labels for latents.
    public var labels: String?
    /// Folder that the paths of a table start from; nil takes the table's own.
    public var media: String?
    /// Table of the classes to choose from; nil takes the labels found.
    public var classes: String?
    /// Templates for sentences with a class name; those of `promptSet` come after them.
    public var templates: [String] = []
    /// Name of a `PromptSet`, or path of a file with a template a line.
    public var promptSet: String?
    /// Adapters or another model, by name or folder; nil takes the model's default method.
    public var adapters: String?
    /// Adapters or model to compare with, measured on the same items.
    public var baseline: String?
    public var bootstrap: Bootstrap

    public init(input: String, bootstrap: Bootstrap = Bootstrap()) {
        (self.input, self.bootstrap) = (input, bootstrap)
    }

    /// Whether the input is a file of latents.
    public static func isLatents(_ input: String) -> Bool {
        ["safetensors", "npy"].contains(URL(filePath: input).pathExtension.lowercased())
    }

    /// - Parameters:
    ///   - onItem: Called before a file is encoded, with its index, the number of files, and its name.
    ///   - onFailure: Called with the error when a file cannot be decoded; the file is left out.
    /// - Throws: `DatasetError`, `LatentError`, `TensorFileError`, `ModelError`, `SpaceError`, `RetrievalError`.
    @ComputeActor
    public func report(
        _ components: Components, onItem: (Int, Int, String) -> Void = { _, _, _ in },
        onFailure: (any Error) -> Void = { _ in }
    ) throws -> ZeroShotReport {
        let clock = ContinuousClock()
        let start = clock.now
        let source = try source()
        let methods =
            [try method(adapters, source, components)]
            + (try baseline.map { [try method($0, source, components)] } ?? [])
        let prompts = try prompts(of: source)
        let items = try source.items(
            for: methods, onItem: { onItem($0, source.count, $1) }, onFailure: onFailure)
        let evaluations = try zip(items, methods).map {
            try ZeroShotEvaluation(of: $0, by: $1, prompts, bootstrap: bootstrap)
        }
        return ZeroShotReport(
            source: input, prompts: prompts, evaluations[0], baseline: evaluations.dropFirst().first,
            skipped: source.count - items[0].places.count, bootstrap: bootstrap, precision: components.precision,
            seconds: (clock.now - start) / .seconds(1))
    }

    private func source() throws -> ZeroShotSource {
        let url = URL(filePath: input)
        if let labels {
            return try ZeroShotSource(
                items: LabelTable.items(at: URL(filePath: labels)), latents: LatentSet(contentsOf: url), name: input,
                labels: labels)
        }
        if url.pathExtension.lowercased() == "tsv" {
            let folder = media.map { URL(filePath: $0, directoryHint: .isDirectory) } ?? url.deletingLastPathComponent()
            return try ZeroShotSource(items: LabelTable.items(at: url), in: folder, name: input)
        }
        let folder = URL(filePath: input, directoryHint: .isDirectory)
        return try ZeroShotSource(items: LabelTable.items(inFoldersOf: folder), in: folder, name: input)
    }

    private func prompts(of source: ZeroShotSource) throws -> ClassPrompts {
        var sentences = templates
        if let promptSet { sentences += try PromptSet.templates(of: promptSet) }
        if sentences.isEmpty { sentences = [ClassPrompts.template(for: source.modality)] }
        return try classes.map { try ClassPrompts(classesAt: URL(filePath: $0), templates: sentences) }
            ?? ClassPrompts(labels: source.labels, templates: sentences)
    }

    /// Returns a model of that name, else adapters.
    @ComputeActor
    private func method(
        _ name: String?, _ source: ZeroShotSource, _ components: Components
    ) throws -> ZeroShotMethod {
        guard let name else { return try ZeroShotMethod(of: components.model(), for: source) }
        if let model = try components.model(name) { return try ZeroShotMethod(of: model, for: source) }
        return ZeroShotMethod(try WordAdapters(components.adapters(name)) { try components.encoder($0) })
    }
}
