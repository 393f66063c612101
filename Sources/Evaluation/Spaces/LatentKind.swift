import FrozenEncoders
import LatentStore
import SoundBridge

/// The kind of some latents, as far as it is known.
public struct LatentKind: Sendable, Equatable {
    /// Name of the encoder's component.
    public let encoder: String?
    public let modality: Modality?
    /// Length of a vector; nil before anything is encoded.
    public let channels: Int?

    public init(encoder: String?, modality: Modality?, channels: Int?) {
        (self.encoder, self.modality, self.channels) = (encoder, modality, channels)
    }

    /// Reads the `encoder` and `modality` of a set's metadata.
    public init(_ latents: LatentSet) {
        self.init(
            encoder: latents.metadata["encoder"], modality: latents.metadata["modality"].flatMap(Modality.init),
            channels: latents.channels)
    }

    /// Returns the kind of sentences encoded by the bundle's text encoder. Throws `ModelError`.
    static func words(of bundle: ModelBundle) throws -> LatentKind {
        let encoder = try bundle.component(.textEncoder).lastPathComponent
        return LatentKind(encoder: encoder, modality: .text, channels: nil)
    }

    /// Whether the latents may be from that encoder and of that width, as far as they are known.
    func fits(encoder: String, channels: Int) -> Bool {
        (self.encoder ?? encoder) == encoder && (self.channels ?? channels) == channels
    }

    var description: String {
        let width = channels.map { " of \($0) numbers" } ?? ""
        return "\(encoder ?? "an unnamed encoder")'s vectors\(width)"
    }
}
