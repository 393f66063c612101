import LatentDiffusion
import PictureFiles
import TensorCore

/// A rough picture of latents, a pixel for each, in next to no time: red, green and blue as linear functions of the channels.
///
/// The functions are fitted, by least squares, to what the autoencoder's own encoder makes of patches of many colours.
struct LinearEstimate {
    /// Patches along a side, and latents along the side of a patch.
    private static let patches = 6, patch = 4

    /// For each channel, then for a constant, the weights of red, green and blue.
    private let weights: [[Double]]

    /// Throws what encoding throws.
    init(fitting autoencoder: any Autoencoder) throws {
        let (side, scale) = (Self.patches * Self.patch, autoencoder.scale)
        let colours = (0..<side * side).map {
            Self.colour(ofPatch: $0 / side / Self.patch * Self.patches + $0 % side / Self.patch)
        }
        let pixels = (0..<side * scale).flatMap { y in
            (0..<side * scale).flatMap { x in colours[y / scale * side + x / scale] }
        }
        let latents = try autoencoder.encode(Tensor(pixels, shape: [1, side * scale, side * scale, 3]))
        let rows = Self.rows(of: latents)
        // The normal equations, with a little on the diagonal where channels are alike.
        let count = rows[0].count
        var system = (0..<count).map { i in
            (0..<count).map { j in rows.reduce(0) { $0 + $1[i] * $1[j] } + (i == j ? 1e-6 * Double(rows.count) : 0) }
                + (0..<3).map { c in zip(rows, colours).reduce(0) { $0 + $1.0[i] * Double($1.1[c]) } }
        }
        Self.eliminate(&system)
        weights = system.map { Array($0.suffix(3)) }
    }

    /// The picture of latents `[1, height, width, channels]`.
    func callAsFunction(_ latents: Tensor) throws -> Picture {
        let values = Self.rows(of: latents).flatMap { row in
            (0..<3).map { c in Float(zip(row, weights).reduce(0) { $0 + $1.0 * $1.1[c] }) }
        }
        return try values.withUnsafeBufferPointer {
            try Picture(width: latents.shape[2], height: latents.shape[1], values: $0)
        }
    }

    /// The channels of each latent, and a 1 for the constant.
    private static func rows(of latents: Tensor) -> [[Double]] {
        let (floats, channels) = (latents.floats, latents.shape[3])
        return stride(from: 0, to: floats.count, by: channels).map { at in
            floats[at..<at + channels].map(Double.init) + [1]
        }
    }

    /// Colours in [-1, 1] that fill the cube evenly (Roberts' sequence of the plastic number in three dimensions).
    private static func colour(ofPatch number: Int) -> [Float] {
        [0.8191725134, 0.6710436067, 0.5497004779].map { step in
            let place = Double(number + 1) * step
            return Float((place - place.rounded(.down)) * 1.8 - 0.9)
        }
    }

    /// Gauss and Jordan's elimination with pivots, of as many unknowns as there are rows.
    private static func eliminate(_ rows: inout [[Double]]) {
        for column in rows.indices {
            let pivot =
                rows.indices[column...].max { rows[$0][column].magnitude < rows[$1][column].magnitude } ?? column
            rows.swapAt(column, pivot)
            let top = rows[column][column]
            rows[column] = rows[column].map { $0 / top }
            for row in rows.indices where row != column {
                let factor = rows[row][column]
                rows[row] = zip(rows[row], rows[column]).map { $0 - factor * $1 }
            }
        }
    }
}
