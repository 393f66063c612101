import TensorCore

/// Tensors that both sides of a parity test can make: each number follows from its tensor's name and its place. The twin of
/// Training/fixtures/synthetic.py.
public enum SyntheticTensors {
    /// Numbers in [-1, 1) from a hash.
    public static func uniform(_ name: String, count: Int) -> [Float] {
        let seed = name.utf8.reduce(UInt32(0x811C_9DC5)) { ($0 ^ UInt32($1)) &* 0x0100_0193 }
        return (0..<UInt32(count)).map { index in
            var x = (index &+ seed) &* 0x9E37_79B1
            x ^= x >> 15
            x &*= 0x85EB_CA77
            x ^= x >> 13
            x &*= 0xC2B2_AE3D
            x ^= x >> 16
            return Float(x >> 8) / Float(1 << 23) - 1
        }
    }

    /// A network's weight of that name and shape: matrices scaled by their inputs, weights of norms around 1.
    public static func weight(_ name: String, _ shape: [Int]) -> Tensor {
        let values = uniform(name, count: shape.reduce(1, *))
        if shape.count > 1 {
            let scale = (3 / Float(shape.dropFirst().reduce(1, *))).squareRoot()
            return Tensor(values.map { $0 * scale }, shape: shape)
        }
        let centre: Float = name.hasSuffix(".weight") ? 1 : 0
        return Tensor(values.map { $0 * 0.1 + centre }, shape: shape)
    }

    /// Pictures `[batch, height, width, channels]` from numbers that PyTorch has as `[batch, channels, height, width]`.
    public static func picture(_ name: String, _ batch: Int, _ channels: Int, height: Int, width: Int) -> Tensor {
        let values = uniform(name, count: batch * channels * height * width)
        return Tensor(shape: [batch, height, width, channels]) { picture in
            for place in picture.indices {
                let (pixel, channel) = (place / channels, place % channels)
                let (item, within) = (pixel / (height * width), pixel % (height * width))
                picture[place] = values[(item * channels + channel) * height * width + within]
            }
        }
    }
}
