import Foundation
import FrozenEncoders
import SoundBridge
import TensorCore

/// A way to tell classes by their names: items and sentences brought into one space.
public struct ZeroShotBridge: Sendable {
    /// A bundle's or a component's.
    public let name: String
    let items: SpaceMap
    let words: SpaceMap
    private let itemEncoder: NamedEncoder?
    let wordEncoder: NamedEncoder

    /// What a bundle does by itself: sounds go through its bridge to the sentence space, pictures and words through its
    /// `image_text` adapters. Throws `ModelError`, `SpaceError`, for a source of unknown modality too.
    @ComputeActor
    public init(of bridge: Bridge, for source: ZeroShotSource) throws {
        guard let modality = source.modality else { throw SpaceError.unknown(source: source.name, key: "modality") }
        let space =
            modality == .audio
            ? SharedSpace(first: .bridge(bridge), second: .latents, description: "the sentence space")
            : try SharedSpace(modality, .text, in: bridge)
        (name, items, words) = (bridge.bundle.name, space.first, space.second)
        itemEncoder = try NamedEncoder(of: modality, in: bridge)
        wordEncoder = try NamedEncoder(of: .text, in: bridge)
    }

    /// A pair of adapters, one side of which is for words.
    public init(_ adapters: WordAdapters) {
        (name, items, words) = (adapters.name, adapters.items, adapters.words)
        (itemEncoder, wordEncoder) = (adapters.itemEncoder, adapters.wordEncoder)
    }

    /// The files that can be read, as indices, their latents as this bridge takes them, and what these are.
    /// Throws `SpaceError.noEncoder`; `DatasetError.nothingReadable` when no file is left.
    ///
    /// - Parameters:
    ///   - onFile: Called before each file with its index.
    ///   - onFailure: Told of each of the other files by its index, and why.
    @ComputeActor
    func readable(
        _ files: [URL], onFile: (Int) -> Void, onFailure: (Int, any Error) -> Void
    ) throws -> (indices: [Int], latents: Tensor, kind: LatentKind) {
        guard let itemEncoder else { throw SpaceError.noEncoder(bridge: name) }
        let (indices, latents) = try itemEncoder.readable(
            files, width: items.inputSize(), onFile: onFile, onFailure: onFailure)
        let kind = LatentKind(
            encoder: itemEncoder.name, modality: itemEncoder.modality, channels: latents.channels)
        return (indices, latents, kind)
    }

    /// Unit vectors of the classes: of each the mean of its sentences', which have length 1 before, as in open_clip's
    /// `build_zero_shot_classifier`.
    @ComputeActor
    func classes(_ prompts: ClassPrompts) throws -> Tensor {
        Tensor.stacked(
            try prompts.sentences.map { sentences in
                let latents = try wordEncoder.latents(of: sentences)
                let kind = LatentKind(encoder: wordEncoder.name, modality: .text, channels: latents.channels)
                return try words(latents, of: kind).meanOfRows()
            }
        ).normalized()
    }
}

extension Tensor {
    /// `[rows, channels]` → `[channels]`.
    fileprivate func meanOfRows() -> Tensor {
        Tensor(shape: [channels]) { mean in
            withFloats { values in
                for channel in mean.indices {
                    let sum = stride(from: channel, to: count, by: channels).reduce(0.0) { $0 + Double(values[$1]) }
                    mean[channel] = Float(sum / Double(rows))
                }
            }
        }
    }
}
