import FilesOnDisk
import Foundation
import FrozenEncoders
import PictureFiles
import SoundBridge
import SoundFrontEnd
import TensorCore

/// A frozen encoder with the name of its component and all the options that its vectors depend on.
public struct NamedEncoder: Sendable {
    /// The component's folder.
    public let folder: URL
    public var name: String { folder.lastPathComponent }
    /// Features of a sound that make up its vector: all that the encoder has, unless set.
    public var features: SoundFeatures
    /// Pooling of a sound's windows.
    public var pooling = WindowPooling.mean
    /// Whether vectors are scaled to length 1.
    public var normalizes = false
    private let encoder: FrozenEncoder
    private let warnings: ItemWarnings
    private let textRemarks = TextRemarks()

    public var modality: Modality { encoder.modality }

    /// Length of a vector, for an encoder that has `features`.
    public var channels: Int {
        guard case .audio(let encoder) = encoder else { return encoder.embeddingLength }
        return features.count(of: encoder) ?? encoder.embeddingLength
    }

    /// Takes the encoder in a folder, and loads it unless it is loaded already. Throws `ModelError`.
    @ComputeActor
    public init(contentsOf folder: URL, precision: Precision, encoders: EncoderLoader) throws {
        self.folder = folder.standardizedFileURL.resolvingSymlinksInPath()
        warnings = encoders.warnings
        do {
            encoder = try encoders.encoder(at: folder, precision: precision)
        } catch {
            throw ModelError.component(error)
        }
        features = if case .audio(let encoder) = encoder, encoder.labels != nil { .both } else { .embedding }
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
        let vector = try encode(item).vector(features)
        return normalizes ? vector.normalized() : vector
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
                    let vector = encoded.vector(features)
                    vectors[place].append(normalizes ? vector.normalized() : vector)
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

    @ComputeActor
    private func encode(_ item: EmbeddingItem) throws -> Encoded {
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
        switch encoder {
        case .audio(let encoder):
            guard let width else { return features }
            guard let features = SoundFeatures.allCases.first(where: { $0.count(of: encoder) == width }) else {
                let lengths = SoundFeatures.allCases.compactMap { $0.count(of: encoder) }
                throw SpaceError.width(encoder: name, lengths: lengths, expected: width)
            }
            return features
        case .image: return .embedding
        case .text: throw SpaceError.modality(encoder: name, found: "text", expected: "audio or image")
        }
    }
}

extension Modality {
    /// Determines a file's modality from its name: a picture if named like one, else a sound.
    public init(ofFileNamed name: String) {
        self = MediaKind.picture.isNameOfOne(name) ? .image : .audio
    }
}
