import FilesOnDisk
import Foundation
import TensorCore

/// An encoder of any modality, loaded from its folder alone.
public enum FrozenEncoder: Sendable {
    case audio(any AudioEncoder)
    case text(any TextEncoder)
    case image(any ImageEncoder)

    /// Reads the folder as the encoder that `model_type` in its `config.json` names. Throws `FileContentError` or
    /// `TensorFileError`, naming the file, where the component is unfit.
    ///
    /// - Parameters:
    ///   - folder: A component, or a model as it was published.
    ///   - precision: Of the matrix products.
    ///   - modality: The tower of a model that has several; nil for that of pictures or sounds.
    public init(contentsOf folder: URL, precision: Precision = .float32, modality: Modality? = nil) throws {
        switch try ModelType(contentsOf: folder.appending(path: "config.json")).name {
        case .yamnet: self = .audio(try YAMNet(contentsOf: folder, precision: precision))
        case .efficientAT: self = .audio(try EfficientAT(contentsOf: folder))
        case .joinedAudio: self = .audio(try JoinedAudioEncoder(contentsOf: folder, precision: precision))
        case .ast: self = .audio(try ASTEncoder(contentsOf: folder, precision: precision))
        case .whisper: self = .audio(try WhisperEncoder(contentsOf: folder, precision: precision))
        case .clap where modality == .text, .clapText:
            self = .text(try CLAPTextEncoder(contentsOf: folder, precision: precision))
        case .clap, .clapAudio: self = .audio(try CLAPAudioEncoder(contentsOf: folder, precision: precision))
        case .bert, .roberta, .xlmRoberta, .mpnet, .distilBERT:
            self = .text(try SentenceEncoder(contentsOf: folder, precision: precision))
        case .clip where modality == .text, .clipText:
            self = .text(try CLIPTextEncoder(contentsOf: folder, precision: precision))
        case .clip, .clipVision: self = .image(try VisionEncoder(contentsOf: folder, .clip, precision: precision))
        case .sigLIP where modality == .text, .sigLIPText:
            self = .text(try SigLIPTextEncoder(contentsOf: folder, precision: precision))
        case .sigLIP, .sigLIPVision:
            self = .image(try VisionEncoder(contentsOf: folder, .sigLIP, precision: precision))
        case .dinov2, .dinov2WithRegisters:
            self = .image(try VisionEncoder(contentsOf: folder, .dinov2, precision: precision))
        case .mobileNetV2: self = .image(try MobileNetV2(contentsOf: folder, precision: precision))
        case .efficientNetLite: self = .image(try EfficientNetLite(contentsOf: folder, precision: precision))
        case .timm: self = .image(try TIMMEfficientNetLite(contentsOf: folder, precision: precision))
        }
    }

    /// The modality that the model in a folder is read for: `preferred` where it has that tower, else that of its first.
    /// Throws `FileContentError`.
    static func modality(at folder: URL, preferring preferred: Modality?) throws -> Modality {
        let towers = try ModelType(contentsOf: folder.appending(path: "config.json")).name.towers
        return towers.first { $0 == preferred } ?? towers[0]
    }

    /// Whether a folder holds a model with towers for a modality and for words, whose vectors can be compared.
    package static func hasWords(and modality: Modality, _ folder: URL) -> Bool {
        let type = try? ModelType(contentsOf: folder.appending(path: "config.json"))
        return type.map { Set($0.name.towers).isSuperset(of: [modality, .text]) } ?? false
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
            case yamnet, whisper, clap, bert, roberta, mpnet, clip, dinov2
            case efficientAT = "efficientat"
            case joinedAudio = "joined-audio"
            case ast = "audio-spectrogram-transformer"
            case clapAudio = "clap_audio_model"
            case clapText = "clap_text_model"
            case distilBERT = "distilbert"
            case xlmRoberta = "xlm-roberta"
            case clipText = "clip_text_model"
            case clipVision = "clip_vision_model"
            case sigLIP = "siglip"
            case sigLIPVision = "siglip_vision_model"
            case sigLIPText = "siglip_text_model"
            case dinov2WithRegisters = "dinov2_with_registers"
            case mobileNetV2 = "mobilenet_v2"
            case efficientNetLite = "efficientnet-lite"
            /// No `model_type`, but a `pretrained_cfg`.
            case timm

            /// What the model has towers for, at least one.
            var towers: [Modality] {
                switch self {
                case .yamnet, .efficientAT, .joinedAudio, .ast, .whisper, .clapAudio: [.audio]
                case .clap: [.audio, .text]
                case .bert, .roberta, .xlmRoberta, .mpnet, .distilBERT, .clipText, .sigLIPText, .clapText: [.text]
                case .clip, .sigLIP: [.image, .text]
                case .clipVision, .sigLIPVision, .dinov2, .dinov2WithRegisters: [.image]
                case .mobileNetV2, .efficientNetLite, .timm: [.image]
                }
            }
        }

        let modelType: String
        /// The encoder's name; already validated.
        var name: Name { Name(rawValue: modelType) ?? .yamnet }

        private enum CodingKeys: String, CodingKey {
            case modelType = "model_type"
            case timmSettings = "pretrained_cfg"
        }

        init(from decoder: any Decoder) throws {
            let fields = try decoder.container(keyedBy: CodingKeys.self)
            let isOfTIMM = fields.contains(.timmSettings) && !fields.contains(.modelType)
            modelType = isOfTIMM ? Name.timm.rawValue : try fields.decode(String.self, forKey: .modelType)
        }

        func validate(_ check: FieldCheck) throws {
            let known = Name.allCases.filter { $0 != .timm }.map(\.rawValue)
            try check.require(
                Name(rawValue: modelType) != nil, "model_type",
                "that of an encoder (\(known.joined(separator: ", "))), not “\(modelType.onOneLine)”")
        }
    }
}

/// The modality that an encoder reads.
public enum Modality: String, Sendable, Codable, CaseIterable {
    case audio, text, image
}
