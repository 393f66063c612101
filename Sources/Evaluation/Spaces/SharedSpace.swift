import FrozenEncoders
import FuseMix
import SoundBridge

/// The space in which items of two modalities are compared by cosine:
///
/// - the encoder's own space, for two items of one modality;
/// - the space of the model's `image_text` adapters, for pictures and words;
/// - the space of its `audio_text` adapters, for sounds and words;
/// - the `image_text` space, for sounds and pictures: the model's sound adapter maps a sound to the sentence space, and
///   the words' side of the adapters maps it on from there.
public struct SharedSpace: Sendable {
    public let first: SpaceMap
    public let second: SpaceMap
    /// Description of the space, in words.
    public let description: String

    public init(first: SpaceMap, second: SpaceMap, description: String) {
        (self.first, self.second, self.description) = (first, second, description)
    }

    /// Chooses the space for two modalities from a model's components. Throws `ModelError`, `SpaceError`.
    @ComputeActor
    public init(_ first: Modality, _ second: Modality, in model: OpenModel) throws {
        switch (first, second) {
        case _ where first == second:
            let own = SpaceMap.own(EmbeddingSpace("the encoder's own space"))
            self.init(first: own, second: own, description: "the encoder's own space")
        case (.audio, .image):
            let adapters = try model.adapters(.imageText)
            let sides = try adapters.sides(for: .words(of: model.bundle))
            self.init(
                first: .sentenceThen(model.pipeline, sides.own), second: sides.other,
                description: "\(adapters.name), the sound by way of the sentence space")
        case (.text, _):
            let adapters = try model.adapters(second == .image ? .imageText : .audioText)
            let sides = try adapters.sides(for: .words(of: model.bundle))
            self.init(first: sides.own, second: sides.other, description: adapters.name)
        default:
            self = try SharedSpace(second, first, in: model).reversed
        }
    }

    /// Returns the sentence space, for sounds through a model's sound adapter and for words as they are.
    public static func sentences(of model: OpenModel) -> SharedSpace {
        SharedSpace(
            first: .sentence(model.pipeline), second: .own(model.bundle.sentenceSpace),
            description: "the sentence space")
    }

    private var reversed: SharedSpace { SharedSpace(first: second, second: first, description: description) }
}
