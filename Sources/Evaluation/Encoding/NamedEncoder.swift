import Foundation
import FrozenEncoders
import SoundBridge
import TensorCore

/// A frozen encoder with the name of its component.
public struct NamedEncoder: Sendable {
    public let name: String
    public let encoder: FrozenEncoder

    public var modality: Modality { encoder.modality }

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

    /// Latents `[sentences, channels]`. Throws `SpaceError.modality` unless it is an encoder of words.
    @ComputeActor
    public func latents(of sentences: [String]) throws -> Tensor {
        try check(.text)
        let embedder = Embedder(encoder)
        return Tensor.stacked(try sentences.map { try embedder(EmbeddingItem(id: $0, source: .text($0))) })
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
        let embedder = Embedder(encoder, features: try features(width: width))
        return Tensor.stacked(
            try files.enumerated().map { index, file in
                onFile(index)
                return try embedder(EmbeddingItem(id: file.relativePath, source: .file(file)))
            })
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
