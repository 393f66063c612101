import TensorCore

/// A rough picture of latents at once: each latent becomes one pixel, a linear function of its channels.
///
/// The function is fitted to an autoencoder by what that makes of 64 patches, in which each channel is 1 as often as −1 and
/// any two agree as often as they differ (a two-level factorial design: the columns of a Hadamard matrix). So no equations need
/// solving, and the whole costs one picture of 16 × 16 latents.
public struct LinearDecoder: Sendable {
    /// Patches in a row and a column of the design, each of 2 × 2 latents.
    private static let patches = 8

    /// Three colours for each channel, and those of all zeros.
    private let weights: [SIMD3<Float>]
    private let bias: SIMD3<Float>

    /// Throws what decoding does.
    ///
    /// - Parameter autoencoder: One of at most 63 latent channels.
    public init(_ autoencoder: any Autoencoder) throws {
        let (side, channels) = (2 * Self.patches, autoencoder.latentChannels)
        precondition(channels < Self.patches * Self.patches)
        func patch(_ row: Int, _ column: Int, side: Int) -> Int {
            row / side * Self.patches + column / side
        }
        let design = Tensor(
            (0..<side * side).flatMap { place in
                (0..<channels).map { Self.sign(patch(place / side, place % side, side: 2), $0) }
            }, shape: [1, side, side, channels])
        let decoded = try autoencoder.decode(design)
        let (width, pixels) = (decoded.shape[2], decoded.shape[2] / Self.patches)
        var colours = [SIMD3<Float>](repeating: .zero, count: Self.patches * Self.patches)
        decoded.withFloats { values in
            for place in 0..<width * width {
                let colour = SIMD3(values[3 * place], values[3 * place + 1], values[3 * place + 2])
                colours[patch(place / width, place % width, side: pixels)] += colour / Float(pixels * pixels)
            }
        }
        let count = Float(colours.count)
        bias = colours.reduce(.zero, +) / count
        weights = (0..<channels).map { channel in
            colours.indices.reduce(.zero) { $0 + Self.sign($1, channel) * colours[$1] } / count
        }
    }

    /// Latents `[batch, height, width, channels]` → pictures `[batch, height, width, 3]`, meant for [-1, 1] but not clamped.
    public func callAsFunction(_ latents: Tensor) -> Tensor {
        let pixels = latents.withFloats { values in
            stride(from: 0, to: values.count, by: weights.count).flatMap { start -> [Float] in
                let colour = weights.indices.reduce(bias) { $0 + values[start + $1] * weights[$1] }
                return [colour.x, colour.y, colour.z]
            }
        }
        return Tensor(pixels, shape: Array(latents.shape.dropLast()) + [3])
    }

    /// The value of a channel in a patch: an entry of Sylvester's Hadamard matrix, whose column 0 is all ones.
    private static func sign(_ patch: Int, _ channel: Int) -> Float {
        (patch & (channel + 1)).nonzeroBitCount % 2 == 0 ? 1 : -1
    }
}
