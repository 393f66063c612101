import TensorCore

/// The noise of `torch.randn` on an Nvidia GPU, as stable-diffusion-webui draws it by default (`modules/rng_philox.py`
/// imitates it) and stable-diffusion.cpp too.
///
/// Element `i` of `[channels, height, width]` is the first of the two normals that Box and Muller (1958) make of the first two
/// words of Philox4x32-10 with counter `(draw, 0, i, 0)` and the seed as key. The GPU computes in single precision, so its
/// numbers differ from these in the last digits.
public struct CUDANoise: NoiseSource {
    /// 2⁻³² and 2π · 2⁻³² in single precision, as the GPU has them.
    private static let unit = Double(Float(2.3283064e-10))
    private static let angle = Double(Float(2.3283064e-10 * 6.2831855))

    public init() {}

    public func noise(seed: UInt64, draw: Int, shape: [Int]) -> Tensor {
        let key = SIMD2(UInt32(truncatingIfNeeded: seed), UInt32(seed >> 32))
        func normal(_ index: Int) -> Float {
            let words = Philox.block(
                counter: SIMD4(UInt32(truncatingIfNeeded: draw), 0, UInt32(truncatingIfNeeded: index), 0), key: key)
            let radius = (-2 * PortableMath.log((Double(words[0]) + 0.5) * Self.unit)).squareRoot()
            return Float(radius * PortableMath.sineAndCosine(radians: (Double(words[1]) + 0.5) * Self.angle).sine)
        }
        // From `[channels, height, width]` to the layout of latents here; other shapes are kept as they are.
        let channels = shape.count == 3 ? shape[2] : 1
        return Tensor(shape: shape) { elements in
            let pixels = elements.count / max(channels, 1)
            for index in 0..<elements.count {
                elements[index] = normal(index % channels * pixels + index / channels)
            }
        }
    }
}
