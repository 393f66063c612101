import Foundation

/// A LoRA to merge into a text-to-image model: changes of low rank to its weights (Hu et al., arXiv 2106.09685).
public struct LoRA: Sendable, Equatable, Codable {
    /// A safetensors or PyTorch file, with the names of kohya's trainers or of diffusers and peft.
    public var file: URL
    /// Factor of the changes, in `scales`.
    public var scale: Float

    public static let scales: ClosedRange<Float> = -10...10

    public init(file: URL, scale: Float = 1) {
        (self.file, self.scale) = (file, scale)
    }

    private enum CodingKeys: CodingKey { case file, scale }

    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        file = URL(filePath: try values.decode(String.self, forKey: .file))
        scale = try values.decode(Float.self, forKey: .scale)
    }

    /// The path stays as it was given.
    public func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: CodingKeys.self)
        try values.encode(file.relativePath, forKey: .file)
        try values.encode(scale, forKey: .scale)
    }
}
