import FilesOnDisk
import Foundation
import TensorCore

/// An encoder of any modality, loaded from its folder alone.
public enum FrozenEncoder: Sendable {
    case audio(any AudioEncoder)
    case text(any TextEncoder)
    case image(any ImageEncoder)

    /// Reads the folder as the encoder that `model_type` in its `config.json` names: `yamnet`, `efficientat`,
    /// `joined-audio`, `audio-spectrogram-transformer`, `whisper`, `clap`, `bert`, `clip_text_model` or `efficientnet-lite`. Throws `FileContentError` or `TensorFileError`, naming the file, where the component is
    /// unfit.
    public init(contentsOf folder: URL, precision: Precision = .float32) throws {
        switch try ModelType(contentsOf: folder.appending(path: "config.json")).name {
        case .yamnet: self = .audio(try YAMNet(contentsOf: folder, precision: precision))
        case .efficientAT: self = .audio(try EfficientAT(contentsOf: folder))
        case .joinedAudio: self = .audio(try JoinedAudioEncoder(contentsOf: folder, precision: precision))
        case .ast: self = .audio(try ASTEncoder(contentsOf: folder, precision: precision))
        case .whisper: self = .audio(try WhisperEncoder(contentsOf: folder, precision: precision))
        case .clap, .clapAudio: self = .audio(try CLAPAudioEncoder(contentsOf: folder, precision: precision))
        case .bert: self = .text(try SentenceEncoder(contentsOf: folder, precision: precision))
        case .clipText: self = .text(try CLIPTextEncoder(contentsOf: folder, precision: precision))
        case .efficientNetLite: self = .image(try EfficientNetLite(contentsOf: folder, precision: precision))
        }
    }

    public var modality: Modality {
        switch self {
        case .audio: .audio
        case .text: .text
        case .image: .image
        }
    }

    /// Length of a vector; for a sound, of its embedding.
    public var embeddingLength: Int {
        switch self {
        case .audio(let encoder): encoder.embeddingLength
        case .text(let encoder): encoder.embeddingLength
        case .image(let encoder): encoder.embeddingLength
        }
    }

    struct ModelType: CheckedJSON {
        enum Name: String, CaseIterable {
            case yamnet, whisper, clap, bert
            case efficientAT = "efficientat"
            case joinedAudio = "joined-audio"
            case ast = "audio-spectrogram-transformer"
            case clapAudio = "clap_audio_model"
            case clipText = "clip_text_model"
            case efficientNetLite = "efficientnet-lite"
        }

        let modelType: String
        /// The encoder's name; already validated.
        var name: Name { Name(rawValue: modelType) ?? .yamnet }

        enum CodingKeys: String, CodingKey {
            case modelType = "model_type"
        }

        func validate(_ check: FieldCheck) throws {
            let known = Name.allCases.map(\.rawValue)
            try check.require(
                known.contains(modelType), "model_type",
                "that of an encoder (\(known.joined(separator: ", "))), not “\(modelType.onOneLine)”")
        }
    }
}

/// The modality that an encoder reads.
public enum Modality: String, Sendable, Codable, CaseIterable {
    case audio, text, image
}
