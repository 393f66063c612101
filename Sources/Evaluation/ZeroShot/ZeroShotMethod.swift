import Foundation
import FrozenEncoders
import SoundBridge
import TensorCore

/// A method that classifies by class names: encoders of items and of words, and the maps of both into one space.
public struct ZeroShotMethod: Sendable {
    /// Name of the model or of the adapters.
    public let name: String
    let items: SpaceMap
    let words: SpaceMap
    /// Encoder of the items; nil when it is not installed, as latents may come from elsewhere.
    let itemEncoder: NamedEncoder?
    private let wordEncoder: NamedEncoder

    /// Takes a model's default method: its sound adapter maps sounds to the sentence space, its `image_text` adapters
    /// map pictures and words into one. Throws `ModelError`; `SpaceError`, also for a source of unknown modality.
    @ComputeActor
    public init(of model: OpenModel, for source: ZeroShotSource) throws {
        guard let modality = source.modality else { throw SpaceError.unknown(source: source.name, key: "modality") }
        let space = modality == .audio ? .sentences(of: model) : try SharedSpace(modality, .text, in: model)
        (name, items, words) = (model.bundle.name, space.first, space.second)
        itemEncoder = try model.encoder(of: modality)
        wordEncoder = try model.encoder(of: .text)
    }

    /// Takes a pair of adapters, one side of which is for words.
    public init(_ adapters: WordAdapters) {
        (name, items, words) = (adapters.name, adapters.items, adapters.words)
        (itemEncoder, wordEncoder) = (adapters.itemEncoder, adapters.wordEncoder)
    }

    /// Returns the embeddings of the classes: for each, the mean of its sentences' unit embeddings, as in open_clip's
    /// `build_zero_shot_classifier`.
    @ComputeActor
    func classes(_ prompts: ClassPrompts) throws -> Embeddings {
        var space: EmbeddingSpace?
        let means = try prompts.sentences.map { sentences in
            let latents = try wordEncoder.latents(of: sentences)
            let kind = LatentKind(encoder: wordEncoder.name, modality: .text, channels: latents.channels)
            let embeddings = try words(latents, of: kind)
            space = embeddings.space
            return embeddings.rows.meanOfRows()
        }
        return Embeddings(Tensor.stacked(means), in: space ?? EmbeddingSpace(name))
    }
}

extension Tensor {
    /// Returns the mean of the rows: `[rows, channels]` → `[channels]`.
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
