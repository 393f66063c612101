import Foundation
import TensorCore

/// An encoder of any kind, made from its folder alone.
public enum FrozenEncoder: Sendable {
    case audio(YAMNet)
    case text(SentenceEncoder)
    case image(EfficientNetLite)

    /// Reads the folder as the encoder that `model_type` in its `config.json` names: `yamnet`, `bert` or
    /// `efficientnet-lite`. Throws `ComponentError` or `TensorFileError`, naming the file, where the component is unfit.
    public init(contentsOf folder: URL, precision: Precision = .float32) throws {
        switch try Kind(contentsOf: folder.appending(path: "config.json")).modelType {
        case Kind.yamnet: self = .audio(try YAMNet(contentsOf: folder, precision: precision))
        case Kind.bert: self = .text(try SentenceEncoder(contentsOf: folder, precision: precision))
        default: self = .image(try EfficientNetLite(contentsOf: folder, precision: precision))
        }
    }

    public var modality: Modality {
        switch self {
        case .audio: .audio
        case .text: .text
        case .image: .image
        }
    }

    /// Length of a vector; of a sound that of its embedding.
    public var embeddingLength: Int {
        switch self {
        case .audio(let encoder): encoder.embeddingLength
        case .text(let encoder): encoder.embeddingLength
        case .image(let encoder): encoder.embeddingLength
        }
    }

    private struct Kind: ComponentConfiguration {
        static let (yamnet, bert, efficientNetLite) = ("yamnet", "bert", "efficientnet-lite")

        let modelType: String

        enum CodingKeys: String, CodingKey {
            case modelType = "model_type"
        }

        func validate(_ check: FieldCheck) throws {
            let known = [Self.yamnet, Self.bert, Self.efficientNetLite]
            try check.require(
                known.contains(modelType), "model_type",
                "that of an encoder (\(known.joined(separator: ", "))), not “\(modelType.onOneLine)”")
        }
    }
}
