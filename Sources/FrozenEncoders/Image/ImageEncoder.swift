import PictureFiles
import TensorCore

/// A frozen network over pictures.
public protocol ImageEncoder: Sendable {
    /// Length of a picture's vector.
    var embeddingLength: Int { get }

    /// Encodes a picture of any size as a vector `[embeddingLength]`, not normalised.
    func encode(_ picture: Picture) -> Tensor
}
