import TensorCore

/// Gaussian noise in which element `i` depends on `(seed, stream, i)` alone.
///
/// An element has the same bits whatever the batch size, order or machine. The mapping, for
/// whoever wants to reproduce it (`Training/fixtures/diffusion_fixtures.py` holds it in NumPy):
///
/// 1. Elements come in blocks of four: `block = i / 4`.
/// 2. Philox4x32-10 with counter `(block & 0xFFFFFFFF, block >> 32, stream, 0)` and key
///    `(seed & 0xFFFFFFFF, seed >> 32)` gives four words `w0…w3`. Stream 0 is the noise that a run starts from, stream
///    `k` what its `k`-th step adds.
/// 3. Each pair of words becomes two normals by Box and Muller (1958), in double precision:
///    `radius = √(−2 ln((w0 + 1) / 2³²))`, `angle = 2π · w1 / 2³²`; element 0 of the block is
///    `radius · cos(angle)`, element 1 `radius · sin(angle)`; `w2` and `w3` give elements 2 and 3.
/// 4. The double is rounded to the nearest `Float`.
///
/// In one item's latents `[height, width, channels]`, `i` is the row-major index, so channels vary
/// fastest. No C library is involved (`PortableMath`); magnitudes never exceed 6.67.
public struct NoiseGenerator: Sendable {
    public let seed: UInt64
    public let stream: UInt32

    public init(seed: UInt64, stream: UInt32 = 0) {
        (self.seed, self.stream) = (seed, stream)
    }

    /// Elements `4 * block ..< 4 * block + 4`.
    public func block(_ block: UInt64) -> SIMD4<Float> {
        let words = Philox.block(
            counter: SIMD4(UInt32(truncatingIfNeeded: block), UInt32(block >> 32), stream, 0),
            key: SIMD2(UInt32(truncatingIfNeeded: seed), UInt32(seed >> 32)))
        let first = Self.normals(words[0], words[1])
        let second = Self.normals(words[2], words[3])
        return SIMD4(first.x, first.y, second.x, second.y)
    }

    /// Elements `0 ..< count` of the noise, as a tensor of the given shape.
    public func noise(shape: [Int]) -> Tensor {
        Tensor(shape: shape) { elements in
            for start in stride(from: 0, to: elements.count, by: 4) {
                let values = block(UInt64(start / 4))
                for lane in 0..<min(4, elements.count - start) { elements[start + lane] = values[lane] }
            }
        }
    }

    private static func normals(_ first: UInt32, _ second: UInt32) -> SIMD2<Float> {
        let radius = (-2 * PortableMath.log((Double(first) + 1) * 0x1p-32)).squareRoot()
        let (sine, cosine) = PortableMath.sineAndCosine(turns: Double(second) * 0x1p-32)
        return SIMD2(Float(radius * cosine), Float(radius * sine))
    }
}
