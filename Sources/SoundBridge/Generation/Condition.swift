import Foundation
import TensorCore

/// What a picture is made of: a unit vector in the conditioning space, the sentence space of the text encoder.
public struct Condition: Sendable {
    /// `[channels]`, of length 1.
    public let vector: Tensor

    /// Scales `vector` `[channels]` to length 1.
    init(_ vector: Tensor) {
        self.vector = vector.normalized()
    }

    /// The point at `weight` on the great circle from `words` (0) to `sound` (1)
    /// (spherical linear interpolation: Shoemake, “Animating Rotation with Quaternion Curves”, SIGGRAPH 1985).
    static func between(words: Condition, sound: Condition, weight: Float) -> Condition {
        let cosine = min(max(words.cosine(to: sound), -1), 1)
        // Along one direction, or two opposite ones, no great circle is singled out; a straight line serves there.
        guard abs(cosine) < 0.9999 else {
            return Condition(words.vector * (1 - weight) + sound.vector * weight)
        }
        let angle = acos(Double(cosine)), share = Double(weight)
        let from = sin((1 - share) * angle) / sin(angle), to = sin(share * angle) / sin(angle)
        return Condition(words.vector * Float(from) + sound.vector * Float(to))
    }

    func cosine(to other: Condition) -> Float {
        zip(vector.floats, other.vector.floats).reduce(0) { $0 + $1.0 * $1.1 }
    }
}
