import FilesOnDisk

/// Reasons why an autoencoder cannot be had or used; each reads as one sentence.
public enum AutoencoderError: DescribedError, Equatable {
    /// A decoder alone, asked to encode.
    case noEncoder(path: String)
    /// Something that is no autoencoder which is read.
    case unknown(path: String, reason: String)

    public var description: String {
        switch self {
        case .noEncoder(let path):
            "\(path) holds a decoder alone, so pictures cannot be encoded; put the encoder's file beside it."
        case .unknown(let path, let reason):
            "\(path) is no autoencoder that is read: \(reason)."
        }
    }
}
