import FrozenEncoders
import FuseMix
import SoundBridge
import TensorCore

/// Where items of two modalities can be compared: by cosine, in
///
/// - the encoder's own space, for two items of one modality;
/// - the space of the bundle's `image_text` adapters, for pictures and words;
/// - that of its `audio_text` adapters, for sounds and words;
/// - the `image_text` space, for sounds and pictures: the bundle's bridge takes a sound to the sentence space, and the
///   words' side of the adapters takes it on from there.
public struct SharedSpace: Sendable {
    public let first: SpaceMap
    public let second: SpaceMap
    /// The space in words.
    public let description: String

    public init(first: SpaceMap, second: SpaceMap, description: String) {
        (self.first, self.second, self.description) = (first, second, description)
    }

    /// The space for two modalities by what the bundle of a bridge has. Throws `ModelError`, `SpaceError`.
    @ComputeActor
    public init(_ first: Modality, _ second: Modality, in bridge: Bridge) throws {
        switch (first, second) {
        case _ where first == second:
            self.init(first: .latents, second: .latents, description: "the encoder's own space")
        case (.audio, .image):
            let adapters = try NamedAdapters(.imageText, of: bridge)
            let sides = try adapters.sides(for: .words(of: bridge.bundle))
            self.init(
                first: .words(bridge, then: sides.own), second: sides.other,
                description: "\(adapters.name), the sound by way of the sentence space")
        case (.text, _):
            let role: ModelBundle.Role = second == .image ? .imageText : .audioText
            let adapters = try NamedAdapters(role, of: bridge)
            let sides = try adapters.sides(for: .words(of: bridge.bundle))
            self.init(first: sides.own, second: sides.other, description: adapters.name)
        default:
            self = try SharedSpace(second, first, in: bridge).reversed
        }
    }

    private var reversed: SharedSpace { SharedSpace(first: second, second: first, description: description) }
}
