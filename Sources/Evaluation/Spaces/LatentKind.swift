import FrozenEncoders
import LatentStore
import SoundBridge

/// What latents are, as far as it is known.
public struct LatentKind: Sendable, Equatable {
    /// Name of the encoder's component.
    public let encoder: String?
    public let modality: Modality?
    /// Nil before anything is encoded.
    public let channels: Int?

    public init(encoder: String?, modality: Modality?, channels: Int?) {
        (self.encoder, self.modality, self.channels) = (encoder, modality, channels)
    }

    /// By the `encoder` and `modality` of a set's metadata.
    public init(_ latents: LatentSet) {
        self.init(
            encoder: latents.metadata["encoder"], modality: latents.metadata["modality"].flatMap(Modality.init),
            channels: latents.channels)
    }

    /// Sentences as the bundle's text encoder has them. Throws `ModelError`.
    static func words(of bundle: ModelBundle) throws -> LatentKind {
        let encoder = try bundle.component(.textEncoder).lastPathComponent
        return LatentKind(encoder: encoder, modality: .text, channels: nil)
    }

    /// Whether latents of that encoder and width are meant, where known.
    func fits(encoder: String, channels: Int) -> Bool {
        (self.encoder ?? encoder) == encoder && (self.channels ?? channels) == channels
    }

    var description: String {
        let width = channels.map { " of \($0) numbers" } ?? ""
        return "\(encoder ?? "an unnamed encoder")'s vectors\(width)"
    }
}
