import PictureFiles
import TensorCore

/// A frozen network over pictures.
public protocol ImageEncoder: Sendable {
    /// Length of a picture's vector.
    var embeddingLength: Int { get }

    /// A picture of any size to its vector `[embeddingLength]`, not normalised.
    func encode(_ picture: Picture) -> Tensor
}
