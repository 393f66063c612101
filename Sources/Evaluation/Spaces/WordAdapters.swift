import FrozenEncoders
import SoundBridge

/// Adapters between words and another modality, with both encoders.
public struct WordAdapters: Sendable {
    public let name: String
    public let items: SpaceMap
    public let words: SpaceMap
    /// Encoder of the items; nil when no component has that name, as latents may come from elsewhere.
    public let itemEncoder: NamedEncoder?
    public let wordEncoder: NamedEncoder

    /// - Parameter encoder: Returns the encoder of a name, or of a component's path.
    /// - Throws: `ModelError`; `SpaceError.noWords` unless exactly one of the two encodes words.
    @ComputeActor
    public init(_ adapters: NamedAdapters, encoder: @ComputeActor (String) throws -> NamedEncoder) throws {
        func known(_ name: String) throws -> NamedEncoder? {
            do {
                return try encoder(name)
            } catch ModelError.noComponent {
                return nil
            }
        }
        let (x, y) = (try known(adapters.encoders.x), try known(adapters.encoders.y))
        name = adapters.name
        switch (x, y) {
        case (let x?, let y) where x.modality == .text && y?.modality != .text:
            (words, items, wordEncoder, itemEncoder) = (adapters.x, adapters.y, x, y)
        case (let x, let y?) where y.modality == .text && x?.modality != .text:
            (words, items, wordEncoder, itemEncoder) = (adapters.y, adapters.x, y, x)
        default:
            throw SpaceError.noWords(adapters: name, encoders: [adapters.encoders.x, adapters.encoders.y])
        }
    }

    /// Two encoders that share a space as they are.
    init(items: NamedEncoder, words: NamedEncoder) {
        name = words.name
        let own = SpaceMap.own(EmbeddingSpace(words.name))
        (self.items, self.words, itemEncoder, wordEncoder) = (own, own, items, words)
    }
}
