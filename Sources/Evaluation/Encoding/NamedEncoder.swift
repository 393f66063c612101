import FilesOnDisk
import Foundation
import FrozenEncoders
import PictureFiles
import SoundBridge
import SoundFrontEnd
import TensorCore

/// A frozen encoder, or several read as one, with the names of their components and all the options that vectors depend on.
///
/// The vectors of several stand side by side, each of length 1, so that none outweighs the others: FuseMix's way to use two
/// audio encoders (arXiv 2312.10144, section 6.1), whose scale it does not tell.
public struct NamedEncoder: Sendable {
    /// The components' folders, at least one.
    public let folders: [URL]
    /// The names of the folders, with commas between them.
    public var name: String { folders.map(\.lastPathComponent).joined(separator: ",") }
    /// Features of a sound that make up its vector: all that the encoder has, unless set; of several, their embeddings.
    public var features: SoundFeatures
    /// Pooling of a sound's windows.
    public var pooling = WindowPooling.mean
    /// Whether vectors are scaled to length 1.
    public var normalizes = false
    /// Encoders of one modality.
    private var encoders: [FrozenEncoder]
    private let warnings: ItemWarnings
    private let textRemarks = TextRemarks()

    public var modality: Modality { encoders[0].modality }

    /// Length of a vector, for encoders that have `features`.
    public var channels: Int { encoders.reduce(0) { $0 + channels(of: $1) } }

    /// Takes the encoders in folders, and loads those that are not loaded already.
    ///
    /// - Parameters:
    ///   - folders: At least one.
    ///   - modality: What models with towers for several are read for; nil for pictures.
    ///   - precision: Of the matrix products.
    ///   - encoders: Keeps what it loads.
    /// - Throws: `ModelError`; `SpaceError.modality` for encoders of several modalities.
    @ComputeActor
    public init(
        contentsOf folders: [URL], modality: Modality? = nil, precision: Precision, encoders: EncoderLoader
    ) throws {
        self.folders = folders.map { $0.standardizedFileURL.resolvingSymlinksInPath() }
        warnings = encoders.warnings
        do {
            self.encoders = try folders.map {
                try encoders.encoder(at: $0, precision: precision, modality: modality)
            }
        } catch {
            throw ModelError.component(error)
        }
        let found = self.encoders.map(\.modality)
        if let index = found.firstIndex(where: { $0 != found[0] }) {
            throw SpaceError.modality(
                encoder: folders[index].lastPathComponent, found: found[index].rawValue, expected: found[0].rawValue)
        }
        features =
            if self.encoders.count == 1, case .audio(let encoder) = self.encoders[0], encoder.labels != nil {
                .both
            } else { .embedding }
    }

    /// Sets the text that goes before every other, in place of what the encoder would put there.
    public mutating func prompt(by prefix: String) {
        encoders = encoders.map { encoder in
            guard case .text(let encoder) = encoder else { return encoder }
            return .text(encoder.prompted(prefix))
        }
    }

    /// Prefixes that an encoder of texts was taught to read before a text, by name; of several, the first's.
    public var prompts: [String: String] {
        guard case .text(let encoder) = encoders[0] else { return [:] }
        return encoder.prompts
    }

    private func channels(of encoder: FrozenEncoder) -> Int {
        guard case .audio(let encoder) = encoder else { return encoder.embeddingLength }
        return features.count(of: encoder) ?? encoder.embeddingLength
    }

    /// Throws `SpaceError.modality` unless the encoder encodes the expected modality.
    public func check(_ expected: Modality) throws {
        guard modality == expected else {
            throw SpaceError.modality(encoder: name, found: modality.rawValue, expected: expected.rawValue)
        }
    }

    /// Returns an item's vector `[channels]`. Throws what reading the item throws; `EmbeddingInputError.unsuitable` for
    /// an item that the encoder cannot encode.
    @ComputeActor
    public func vector(of item: EmbeddingItem) throws -> Tensor {
        try vector(of: encode(item), features)
    }

    /// Returns latents `[sentences, channels]`. Throws `SpaceError.modality` unless it is an encoder of words.
    @ComputeActor
    public func latents(of sentences: [String]) throws -> Tensor {
        try check(.text)
        defer { tellOfTexts() }
        return Tensor.stacked(try sentences.map { try vector(of: EmbeddingItem(id: $0, source: .text($0))) })
    }

    /// Tells what is to be said of the texts that were encoded item by item since the last time.
    @ComputeActor
    public func tellOfTexts() {
        // What a strict run says of a text it says at once.
        textRemarks.tell { try? warnings.report([$0]) }
    }

    /// Returns latents `[files, channels]` of sound or picture files, one after the other.
    ///
    /// - Parameters:
    ///   - width: Length of a sound's vector, which selects its embedding, its class scores, or both side by side. Nil
    ///     for the encoder's `features`.
    ///   - onFile: Called before each file with its index.
    /// - Throws: What reading the files throws; `SpaceError` for a width that the encoder does not have, or an encoder
    ///   of words.
    @ComputeActor
    public func latents(of files: [URL], width: Int? = nil, onFile: (Int) -> Void = { _ in }) throws -> Tensor {
        try readable(files, widths: [width], onFile: onFile) { _, error in throw error }.latents[0]
    }

    /// Returns the indices of the files that can be read, and their latents `[indices, channels]`, once for each width;
    /// a file is encoded once for all widths.
    ///
    /// - Parameters:
    ///   - widths: At least one, as for `latents(of:width:onFile:)`.
    ///   - onFile: Called before each file with its index.
    ///   - onFailure: Called for each of the other files with its index and the error; an error that it throws ends the
    ///     work.
    /// - Throws: `SpaceError` as above; `DatasetError.nothingReadable` when no file is left.
    @ComputeActor
    public func readable(
        _ files: [URL], widths: [Int?], onFile: (Int) -> Void, onFailure: (Int, any Error) throws -> Void
    ) throws -> (indices: [Int], latents: [Tensor]) {
        let features = try widths.map(features(width:))
        var indices: [Int] = []
        var vectors: [[Tensor]] = widths.map { _ in [] }
        for (index, file) in files.enumerated() {
            onFile(index)
            do {
                let encoded = try encode(EmbeddingItem(id: file.relativePath, source: .file(file)))
                for (place, features) in features.enumerated() {
                    vectors[place].append(vector(of: encoded, features))
                }
                indices.append(index)
            } catch {
                try onFailure(index, error)
            }
        }
        guard !indices.isEmpty else { throw DatasetError.nothingReadable(count: files.count) }
        return (indices, vectors.map(Tensor.stacked))
    }

    /// An item as the encoder returns it, before features are chosen.
    private enum Encoded {
        case sound(EncodedSound)
        /// `[channels]`.
        case vector(Tensor)

        func vector(_ features: SoundFeatures) -> Tensor {
            switch self {
            case .vector(let vector): return vector
            case .sound(let sound):
                let vector = features.vector(of: sound)
                return Tensor(vector, shape: [vector.count])
            }
        }
    }

    private func vector(of parts: [Encoded], _ features: SoundFeatures) -> Tensor {
        guard parts.count > 1 else {
            let vector = parts[0].vector(features)
            return normalizes ? vector.normalized() : vector
        }
        let joined = Tensor.concatenated(parts.map { $0.vector(features).normalized() })
        return normalizes ? joined.normalized() : joined
    }

    @ComputeActor
    private func encode(_ item: EmbeddingItem) throws -> [Encoded] { try encoders.map { try encode(item, by: $0) } }

    @ComputeActor
    private func encode(_ item: EmbeddingItem, by encoder: FrozenEncoder) throws -> Encoded {
        switch (encoder, item.source) {
        case (.audio(let encoder), .file(let url)):
            let waveform = try Waveform(AudioFile(path: url.relativePath), sampleRate: encoder.sampleRate)
            let sound = try encoder.listen(to: waveform, pooling: pooling)
            try warnings.report(waveform.warnings)
            return .sound(sound)
        case (.image(let encoder), .file(let url)):
            let file = try PictureFile(contentsOf: url)
            try warnings.report(file.warnings)
            return .vector(encoder.encode(file.picture))
        case (.text(let encoder), .text(let words)):
            let encoded = encoder.encode(words)
            if warnings.isStrict { try warnings.report(encoded.warnings) } else { textRemarks.add(encoded) }
            return .vector(encoded.pooled)
        case (_, .file), (_, .text):
            throw EmbeddingInputError.unsuitable(input: item.id, expected: "an item of its own kind")
        }
    }

    private func features(width: Int?) throws -> SoundFeatures {
        guard modality != .text else {
            throw SpaceError.modality(encoder: name, found: "text", expected: "audio or image")
        }
        guard let width, width != channels, modality == .audio else { return features }
        guard encoders.count == 1, case .audio(let encoder) = encoders[0],
            let features = SoundFeatures.allCases.first(where: { $0.count(of: encoder) == width })
        else { throw SpaceError.width(encoder: name, lengths: lengths, expected: width) }
        return features
    }

    /// Lengths of a sound's vectors, with one feature or another.
    private var lengths: [Int] {
        guard encoders.count == 1, case .audio(let encoder) = encoders[0] else { return [channels] }
        return SoundFeatures.allCases.compactMap { $0.count(of: encoder) }
    }
}

extension Modality {
    /// Determines a file's modality from its name: a picture if named like one, else a sound.
    public init(ofFileNamed name: String) {
        self = MediaKind.picture.isNameOfOne(name) ? .image : .audio
    }
}
