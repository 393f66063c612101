import Foundation

/// A LoRA to merge into a text-to-image model: changes of low rank to its weights (Hu et al., arXiv 2106.09685).
public struct LoRA: Sendable, Equatable {
    /// A safetensors or PyTorch file, with the names of kohya's trainers or of diffusers and peft.
    public var file: URL
    /// What the changes are multiplied by, in `scales`.
    public var scale: Float

    public static let scales: ClosedRange<Float> = -10...10

    public init(file: URL, scale: Float = 1) {
        (self.file, self.scale) = (file, scale)
    }
}
