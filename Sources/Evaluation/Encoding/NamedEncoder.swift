import Foundation
import FrozenEncoders
import PictureFiles
import SoundBridge
import SoundFrontEnd
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
    public func latents(of sentences: [String]) throws -> Tensor {
        guard case .text(let encoder) = encoder else {
            throw SpaceError.modality(encoder: name, found: modality.rawValue, expected: "text")
        }
        return encoder(sentences)
    }

    /// Latents `[files, channels]` of sound or picture files, one after the other.
    ///
    /// - Parameters:
    ///   - width: Of a sound, how many numbers are wanted: its embedding, its class scores, or both side by side. The
    ///     embedding when nil.
    ///   - onFile: Called before each file with its index.
    /// - Throws: What reading the files throws; `SpaceError` for a width that the encoder has not, or an encoder of words.
    public func latents(of files: [URL], width: Int? = nil, onFile: (Int) -> Void = { _ in }) throws -> Tensor {
        Tensor.stacked(
            try files.enumerated().map { index, file in
                onFile(index)
                return try latent(of: file, width: width)
            })
    }

    private func latent(of file: URL, width: Int?) throws -> Tensor {
        switch encoder {
        case .audio(let encoder):
            let sound = try encoder.listen(
                to: Waveform(AudioFile(path: file.relativePath), sampleRate: encoder.sampleRate))
            return try part(of: sound, width: width)
        case .image(let encoder):
            return encoder([try Picture(contentsOf: file)]).item(0)
        case .text:
            throw SpaceError.modality(encoder: name, found: "text", expected: "audio or image")
        }
    }

    private func part(of sound: SoundLatent, width: Int?) throws -> Tensor {
        let parts = [sound.embedding, sound.scores, sound.embedding + sound.scores]
        guard let part = parts.first(where: { $0.count == width ?? sound.embedding.count }) else {
            throw SpaceError.width(encoder: name, lengths: parts.map(\.count), expected: width ?? 0)
        }
        return Tensor(part, shape: [part.count])
    }
}
