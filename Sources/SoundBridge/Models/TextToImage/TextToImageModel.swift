import FilesOnDisk
import Foundation
import FrozenEncoders
import LatentDiffusion
import TensorCore

/// A pretrained text-to-image model as it lies on disk, not made for sounds.
public protocol TextToImageModel: Sendable {
    /// The file's or folder's name, which pictures carry.
    var name: String { get }
    var family: StableDiffusionFamily { get }
    /// Its layout on disk, in words.
    var form: String { get }
    var options: TextToImageOptions { get }
    /// The files that pictures depend on.
    var files: [URL] { get throws }
    /// The files of the weights that the model is known by: the single file, or the U-Net's.
    var weightFiles: [URL] { get throws }
    /// The blend of noise and latents over time that the denoiser was trained with.
    var schedule: any NoiseSchedule { get }
    /// Settings that suit the model.
    var defaults: ModelDefaults { get }
    /// Whether the denoiser takes a pooled vector beside the tokens, and the empty prompt is nothing but zeros (SDXL).
    var conditioning: TextConditioning { get }

    /// Each reads a part. They throw `FileContentError`, `TensorFileError` or `AutoencoderError`, naming the file.
    func textEncoder(_ precision: Precision) throws -> any TextEncoder
    func denoiser(_ precision: Precision) throws -> any Denoiser
    func autoencoder(_ precision: Precision) throws -> any Autoencoder
}

/// Models of Stable Diffusion that differ in their text encoders.
public enum StableDiffusionFamily: String, Sendable, Encodable {
    case one = "Stable Diffusion 1.x"
    case two = "Stable Diffusion 2.x"
    case xl = "Stable Diffusion XL"
}

/// The part of a text encoder's output that a denoiser takes.
public struct TextConditioning: Sendable, Equatable {
    /// Whether it takes the pooled vector too.
    public var isPooled: Bool
    /// Whether the condition without words is all zeros rather than that of the empty text.
    public var isEmptyZero: Bool

    public static let tokens = TextConditioning(isPooled: false, isEmptyZero: false)
}

/// Replacements for parts of a text-to-image model, and facts that its files do not tell.
public struct TextToImageOptions: Sendable, Equatable, Codable {
    /// Another autoencoder, of any kind that `Autoencoders` reads; nil for the model's own.
    public var autoencoder: URL?
    public var tiling: Tiling
    /// The network's prediction; nil for that of the model's files.
    public var prediction: DiscreteDiffusion.Prediction?
    /// Changes to the weights, which add up.
    public var loras: [LoRA]
    /// Folder of trained tokens, `TrainedTokens`; nil for none.
    public var tokens: URL?

    public init(
        autoencoder: URL? = nil, tiling: Tiling = .auto, prediction: DiscreteDiffusion.Prediction? = nil,
        loras: [LoRA] = [], tokens: URL? = nil
    ) {
        (self.autoencoder, self.tiling, self.prediction) = (autoencoder, tiling, prediction)
        (self.loras, self.tokens) = (loras, tokens)
    }

    /// What is asked for that a model of another kind has not; nil for nothing.
    var asked: String? {
        if !loras.isEmpty { return "LoRAs" }
        if autoencoder != nil { return "another autoencoder" }
        if tiling != .auto { return "tiles of the autoencoder" }
        if prediction != nil { return "a prediction" }
        return tokens == nil ? nil : "trained tokens"
    }
}

// MARK: In plans

extension TextToImageOptions {
    private enum CodingKeys: CodingKey { case autoencoder, tiling, prediction, loras, tokens }

    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        self.init(
            autoencoder: try values.decodeIfPresent(String.self, forKey: .autoencoder).map { URL(filePath: $0) },
            tiling: try values.decode(Tiling.self, forKey: .tiling),
            prediction: try values.decodeIfPresent(DiscreteDiffusion.Prediction.self, forKey: .prediction),
            loras: try values.decode([LoRA].self, forKey: .loras),
            tokens: try values.decodeIfPresent(String.self, forKey: .tokens).map { URL(filePath: $0) })
    }

    /// Paths stay as they were given.
    public func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: CodingKeys.self)
        try values.encodeIfPresent(autoencoder?.relativePath, forKey: .autoencoder)
        try values.encode(tiling, forKey: .tiling)
        try values.encodeIfPresent(prediction, forKey: .prediction)
        try values.encode(loras, forKey: .loras)
        try values.encodeIfPresent(tokens?.relativePath, forKey: .tokens)
    }
}

extension TextToImageModel {
    /// Digest that tells the model from others: of each file its size and 66 places, since the files are large, and the
    /// options.
    ///
    /// Throws `ModelError.component` for a file that cannot be read.
    func digest() throws -> String {
        var sums = ""
        for file in try files + (options.tokens.map(TrainedTokens.files(in:)) ?? []) {
            guard let sum = SHA256.sum(ofPlacesIn: file) else {
                throw ModelError.component(
                    FileContentError.unreadable(file: file.path(percentEncoded: false), reason: "it may not be read"))
            }
            sums += "\(file.lastPathComponent) \(sum)\n"
        }
        sums += options.loras.map { "\($0.scale)\n" }.joined()
        sums += "\(options.prediction?.rawValue ?? "") \(options.tiling.rawValue)\n"
        return SHA256.sum(of: Data(sums.utf8)) ?? ""
    }
}

extension SHA256 {
    /// The sum of a file's size and of 64 KiB at its beginning, its end and 64 even places between.
    fileprivate static func sum(ofPlacesIn url: URL) -> String? {
        guard let file = try? FileHandle(forReadingFrom: url), let size = try? file.seekToEnd() else { return nil }
        let block = 1 << 16
        var data = Data("\(size)\n".utf8)
        for place in 0...65 {
            let last = size > UInt64(block) ? size - UInt64(block) : 0
            let offset = UInt64(Double(last) * Double(place) / 65)
            guard (try? file.seek(toOffset: min(offset, last))) != nil, let part = try? file.read(upToCount: block)
            else {
                return nil
            }
            data += part
            if last == 0 { break }
        }
        return sum(of: data)
    }
}
