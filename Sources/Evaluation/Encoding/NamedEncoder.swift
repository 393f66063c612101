import Foundation
import FrozenEncoders
import PictureFiles
import SoundBridge
import SoundFrontEnd
import TensorCore

/// A frozen encoder with the name of its component and all else that its vectors depend on.
public struct NamedEncoder: Sendable {
    public let name: String
    /// Of a sound, what its vector is made of.
    public var features = SoundFeatures.embedding
    /// Of a sound, how its windows are pooled.
    public var pooling = WindowPooling.mean
    /// Whether vectors are scaled to length 1.
    public var normalizes = false
    private let encoder: FrozenEncoder

    public var modality: Modality { encoder.modality }

    /// Length of a vector.
    public var channels: Int {
        guard case .audio(let encoder) = encoder else { return encoder.embeddingLength }
        return features.count(embedding: encoder.embeddingLength, scores: encoder.labels.count)
    }

    /// Throws `ModelError`.
    public init(contentsOf folder: URL, precision: Precision) throws {
        name = folder.lastPathComponent
        do {
            encoder = try FrozenEncoder(contentsOf: folder, precision: precision)
        } catch {
            throw ModelError.component(error)
        }
    }

    /// The encoder of a modality that a bridge's bundle has. Throws `ModelError`.
    public init(of modality: Modality, in bridge: Bridge) throws {
        let role: ModelBundle.Role =
            switch modality {
            case .audio: .audioEncoder
            case .text: .textEncoder
            case .image: .imageEncoder
            }
        try self.init(contentsOf: bridge.bundle.component(role), precision: bridge.precision)
    }

    /// Throws `SpaceError.modality` unless this is what it encodes.
    public func check(_ expected: Modality) throws {
        guard modality == expected else {
            throw SpaceError.modality(encoder: name, found: modality.rawValue, expected: expected.rawValue)
        }
    }

    /// `[channels]`. Throws what reading the item throws; `EmbeddingInputError.unsuitable` for an item that is not
    /// what the encoder encodes.
    @ComputeActor
    public func vector(of item: EmbeddingItem) throws -> Tensor {
        let vector = try encode(item)
        return normalizes ? vector.normalized() : vector
    }

    /// Latents `[sentences, channels]`. Throws `SpaceError.modality` unless it is an encoder of words.
    @ComputeActor
    public func latents(of sentences: [String]) throws -> Tensor {
        try check(.text)
        return Tensor.stacked(try sentences.map { try vector(of: EmbeddingItem(id: $0, source: .text($0))) })
    }

    /// Latents `[files, channels]` of sound or picture files, one after the other.
    ///
    /// - Parameters:
    ///   - width: Of a sound, how many numbers are wanted: its embedding, its class scores, or both side by side. The
    ///     embedding when nil.
    ///   - onFile: Called before each file with its index.
    /// - Throws: What reading the files throws; `SpaceError` for a width that the encoder has not, or an encoder of words.
    @ComputeActor
    public func latents(of files: [URL], width: Int? = nil, onFile: (Int) -> Void = { _ in }) throws -> Tensor {
        try readable(files, width: width, onFile: onFile) { _, error in throw error }.latents
    }

    /// The files that can be read, as indices, and their latents `[indices, channels]`.
    ///
    /// - Parameters:
    ///   - width: As above; `onFile` too.
    ///   - onFailure: Told of each of the other files by its index, and why; what it throws ends the work.
    /// - Throws: `SpaceError` as above; `DatasetError.nothingReadable` when no file is left.
    @ComputeActor
    public func readable(
        _ files: [URL], width: Int?, onFile: (Int) -> Void, onFailure: (Int, any Error) throws -> Void
    ) throws -> (indices: [Int], latents: Tensor) {
        var encoder = self
        encoder.features = try features(width: width)
        var (indices, vectors): ([Int], [Tensor]) = ([], [])
        for (index, file) in files.enumerated() {
            onFile(index)
            do {
                vectors.append(try encoder.vector(of: EmbeddingItem(id: file.relativePath, source: .file(file))))
                indices.append(index)
            } catch {
                try onFailure(index, error)
            }
        }
        guard !indices.isEmpty else { throw DatasetError.nothingReadable(count: files.count) }
        return (indices, Tensor.stacked(vectors))
    }

    @ComputeActor
    private func encode(_ item: EmbeddingItem) throws -> Tensor {
        switch (encoder, item.source) {
        case (.audio(let encoder), .file(let url)):
            let waveform = try Waveform(AudioFile(path: url.relativePath), sampleRate: encoder.sampleRate)
            let vector = features.vector(of: try encoder.listen(to: waveform, pooling: pooling))
            return Tensor(vector, shape: [vector.count])
        case (.image(let encoder), .file(let url)):
            return encoder([try Picture(contentsOf: url)]).item(0)
        case (.text(let encoder), .text(let words)):
            return encoder([words]).item(0)
        case (_, .file), (_, .text):
            throw EmbeddingInputError.unsuitable(input: item.id, expected: "an item of its own kind")
        }
    }

    private func features(width: Int?) throws -> SoundFeatures {
        switch encoder {
        case .audio(let encoder):
            let lengths = SoundFeatures.allCases.map {
                $0.count(embedding: encoder.embeddingLength, scores: encoder.labels.count)
            }
            guard let index = lengths.firstIndex(of: width ?? encoder.embeddingLength) else {
                throw SpaceError.width(encoder: name, lengths: lengths, expected: width ?? 0)
            }
            return SoundFeatures.allCases[index]
        case .image: return .embedding
        case .text: throw SpaceError.modality(encoder: name, found: "text", expected: "audio or image")
        }
    }
}
