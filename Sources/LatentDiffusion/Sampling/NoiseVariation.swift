import TensorCore

/// A picture between those of two seeds: its noise lies on the great arc from the noise of its own seed to that of
/// another (spherical linear interpolation: Shoemake, “Animating Rotation with Quaternion Curves”, SIGGRAPH 1985).
///
/// An item's whole noise is treated as one vector. The noises of two seeds are nearly orthogonal and of nearly the same
/// length, and so is every point on the arc; a straight line would pass through noise that is too weak.
public struct NoiseVariation: Sendable, Codable, Equatable {
    public let seed: UInt64
    /// Position on the arc, from 0 (the item's own noise) to 1 (that of `seed`).
    public let strength: Double

    public static let defaultStrength = 0.2

    public init(seed: UInt64, strength: Double = defaultStrength) {
        (self.seed, self.strength) = (seed, strength)
    }

    /// Returns the varied noise.
    ///
    /// - Parameters:
    ///   - noise: The noise of one item, any shape.
    ///   - source: Where it came from.
    /// - Throws: `SamplingError.strength` for a strength outside of [0, 1].
    func callAsFunction(_ noise: Tensor, from source: any NoiseSource = PhiloxNoise()) throws -> Tensor {
        guard (0...1).contains(strength) else { throw SamplingError.strength(strength) }
        let other = source.noise(seed: seed, draw: 0, shape: noise.shape)
        let cosine = Self.dot(noise, other) / (Self.dot(noise, noise) * Self.dot(other, other)).squareRoot()
        // Parallel noises have no unique arc; they are interpolated along a straight line.
        guard abs(cosine) < 0.9999 else { return noise * Float(1 - strength) + other * Float(strength) }
        let angle = PortableMath.arccosine(cosine)
        func sine(_ share: Double) -> Double { PortableMath.sineAndCosine(radians: share * angle).sine }
        return noise * Float(sine(1 - strength) / sine(1)) + other * Float(sine(strength) / sine(1))
    }

    private static func dot(_ a: Tensor, _ b: Tensor) -> Double {
        zip(a.floats, b.floats).reduce(0) { $0 + Double($1.0) * Double($1.1) }
    }
}
