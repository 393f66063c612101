import FilesOnDisk
import Foundation
import FrozenEncoders
import LatentStore
import SoundBridge

/// An embedding as it is asked for: items, the encoder with what is taken of it, and the set to write. A bad item never
/// stops the others, and what is done is on disk.
public struct EmbeddingTask: Sendable {
    /// Files, folders, patterns and lists, as `EmbeddingInputs` reads them.
    public var inputs: [String]
    /// The encoder's component, by name or folder, or several with commas between them.
    public var encoder: String
    /// Modality that a model with towers for several is read for; nil for pictures.
    public var modality: Modality?
    /// Prefix of every text; nil for that of the encoder's own files.
    public var prompt: Prompt?
    public var output: String
    public var storedType = StoredType.f32
    /// Parts of a sound that make up its vector; nil for all that its encoder has, which every use of latents can be
    /// made of.
    public var features: SoundFeatures?
    /// Pooling of a sound's windows.
    public var pooling = WindowPooling.mean
    /// Whether vectors are scaled to length 1.
    public var normalizes = false
    public var precision = Precision.float32
    public var earlier = LatentWriter.Earlier.refuse

    public init(inputs: [String], encoder: String, output: String) {
        (self.inputs, self.encoder, self.output) = (inputs, encoder, output)
    }

    /// A text before every other.
    public enum Prompt: Sendable {
        /// That of this name in the encoder's files.
        case named(String)
        case text(String)
    }

    /// Told of what is to be said of items that are embedded all the same.
    public var warnings = ItemWarnings()

    public enum Event: Sendable {
        /// Before the first item; `done` of all items stand in the set of an earlier run.
        case started(items: Int, done: Int)
        /// A path below an input that could not be listed.
        case unlisted(UnlistedPath)
        /// A path below an input that was left out.
        case passedOver(PassedOver)
        case embedded(id: String)
        case failed(id: String, any Error)
    }

    /// Embeds every item that is not done yet, and makes the set of those that could be embedded.
    ///
    /// - Parameters:
    ///   - standardInput: Read where `-` is an input.
    ///   - onEvent: Told of every item.
    /// - Throws: `ModelError`, `EmbeddingInputError` or `EmbeddingError` before anything is computed; `LatentError` or
    ///   `AtomicFileError` where the set cannot be written; `CancellationError`, with which what is done can be resumed.
    @ComputeActor
    public func report(
        standardInput: () throws -> Data = { try FileHandle.standardInput.readToEnd() ?? Data() },
        onEvent: (Event) -> Void = { _ in }
    ) throws -> EmbeddingReport {
        let encoder = try namedEncoder()
        let inputs = try EmbeddingInputs(inputs, for: encoder.modality, standardInput: standardInput)
        let writer = try writer(for: encoder)
        try checkRows(of: writer, inputs)
        let done = Set(writer.ids)
        defer { encoder.tellOfTexts() }
        onEvent(.started(items: inputs.items.count, done: done.count))
        for path in inputs.unreadable { onEvent(.unlisted(path)) }
        for path in inputs.passedOver { onEvent(.passedOver(path)) }
        var failed = inputs.unreadable.count
        for item in inputs.items where !done.contains(item.id) {
            try Task.checkCancellation()
            do {
                // Before it is read: what changes meanwhile is noticed by the next run.
                let origin = item.origin
                let vector = try encoder.vector(of: item)
                try writer.append(id: item.id, group: item.group, origin: origin, vector: vector)
                onEvent(.embedded(id: item.id))
            } catch let error where error is LatentError || error is CancellationError {
                throw error
            } catch {
                failed += 1
                onEvent(.failed(id: item.id, error))
            }
        }
        let count = writer.count
        if count > 0 { try writer.finish() } else { writer.discard() }
        return EmbeddingReport(
            output: output, encoder: self.encoder, count: count, channels: encoder.channels, dtype: storedType,
            failed: failed)
    }

    @ComputeActor
    private func namedEncoder() throws -> NamedEncoder {
        guard precision == .float32 || Precision.hasBFloat16 else { throw ModelError.noBFloat16 }
        var named = try NamedEncoder(
            contentsOf: ModelSearch().components(encoder), modality: modality, precision: precision,
            encoders: EncoderLoader(warnings: warnings))
        if let modality { try named.check(modality) }
        if named.modality != .audio, features ?? .embedding != .embedding || pooling != .mean {
            throw EmbeddingError.notOfSounds(encoder: encoder, modality: named.modality)
        }
        if let prefix = try prefix(for: named) { named.prompt(by: prefix) }
        if let features { named.features = features }
        (named.pooling, named.normalizes) = (pooling, normalizes)
        return named
    }

    /// Prefix of every text; nil where none is given.
    private func prefix(for encoder: NamedEncoder) throws -> String? {
        guard let prompt else { return nil }
        guard encoder.modality == .text else {
            throw EmbeddingError.notOfTexts(encoder: self.encoder, modality: encoder.modality)
        }
        switch prompt {
        case .text(let text): return text
        case .named(let name):
            guard let text = encoder.prompts[name] else {
                throw EmbeddingError.noPrompt(
                    encoder: self.encoder, name: name, known: encoder.prompts.keys.sorted())
            }
            return text
        }
    }

    private func writer(for encoder: NamedEncoder) throws -> LatentWriter {
        var metadata = [
            "encoder": encoder.name, "modality": encoder.modality.rawValue, "precision": precision.rawValue,
            "normalized": normalizes ? "true" : "false",
        ]
        if let prefix = try prefix(for: encoder) { metadata["prompt"] = prefix }
        if encoder.modality == .audio {
            metadata["features"] = encoder.features.rawValue
            metadata["window"] = pooling.rawValue
        }
        do {
            return try LatentWriter(
                to: URL(filePath: output), channels: encoder.channels, dtype: storedType.dtype, metadata: metadata,
                earlier: earlier)
        } catch LatentError.unknownForm(let file) {
            throw EmbeddingError.unknownForm(file: file)
        }
    }

    /// Rows of other items, or of items that are not what they were, must not stay in the set.
    private func checkRows(of writer: LatentWriter, _ inputs: EmbeddingInputs) throws {
        let items = Dictionary(uniqueKeysWithValues: inputs.items.map { ($0.id, $0) })
        if let id = writer.ids.first(where: { items[$0] == nil }) {
            throw EmbeddingError.otherInputs(output: output, reason: "“\(id.onOneLine)” is none of these")
        }
        if let id = writer.firstChanged({ items[$0].map { ($0.group, $0.origin) } }) {
            throw EmbeddingError.otherInputs(output: output, reason: "“\(id.onOneLine)” has changed since")
        }
    }
}

/// Why a task cannot be begun as it was asked for; each case reads as one sentence.
public enum EmbeddingError: DescribedError, Equatable {
    /// Parts of a sound's vector asked of an encoder of something else.
    case notOfSounds(encoder: String, modality: Modality)
    /// A text before others asked of an encoder of something else.
    case notOfTexts(encoder: String, modality: Modality)
    /// A name that the encoder's files have no text for.
    case noPrompt(encoder: String, name: String, known: [String])
    case unknownForm(file: String)
    /// The rows of an interrupted run are not those of these inputs.
    case otherInputs(output: String, reason: String)

    public var exitStatus: Int32 { 2 }

    public var description: String {
        switch self {
        case .notOfSounds(let encoder, let modality):
            "Features and windows are chosen of sounds, but \(encoder) encodes \(modality)."
        case .notOfTexts(let encoder, let modality):
            "A prompt goes before texts, but \(encoder) encodes \(modality)."
        case .noPrompt(let encoder, let name, let known):
            "\(encoder) has no prompt of the name “\(name.onOneLine)”"
                + (known.isEmpty ? ", nor any other." : ": it has \(known.joined(separator: ", ")).")
        case .unknownForm(let file): LatentError.unknownForm(file: file).description
        case .otherInputs(let output, let reason):
            "\(output).partial was begun with other inputs, so it cannot be resumed: \(reason)."
        }
    }
}

/// A finished embedding, as it is printed.
public struct EmbeddingReport: Sendable, Encodable {
    public let output: String
    public let encoder: String
    /// Rows of the set; where there is none, no set is written.
    public let count: Int
    public let channels: Int
    public let dtype: StoredType
    /// Items that could not be embedded, and paths that could not be listed.
    public let failed: Int
}
