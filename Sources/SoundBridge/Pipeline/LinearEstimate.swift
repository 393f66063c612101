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
        let colours = (0..<side * side).map { place -> [Float] in
            let (y, x) = (place / side / Self.patch, place % side / Self.patch)
            return Self.colour(ofPatch: y * Self.patches + x)
        }
        var pixels: [Float] = []
        for y in 0..<side * scale {
            for x in 0..<side * scale { pixels += colours[y / scale * side + x / scale] }
        }
        let latents = try autoencoder.encode(Tensor(pixels, shape: [1, side * scale, side * scale, 3]))
        var system = Self.normalEquations(Self.rows(of: latents), colours)
        Self.eliminate(&system)
        weights = system.map { Array($0.suffix(3)) }
    }

    /// For each unknown a row: its coefficients, then three right sides. A little on the diagonal keeps channels apart that are
    /// alike.
    private static func normalEquations(_ rows: [[Double]], _ colours: [[Float]]) -> [[Double]] {
        let count = rows[0].count
        var system = [[Double]](repeating: [Double](repeating: 0, count: count + 3), count: count)
        for (row, colour) in zip(rows, colours) {
            let right: [Double] = row + colour.map { Double($0) }
            for unknown in 0..<count {
                for column in right.indices { system[unknown][column] += row[unknown] * right[column] }
            }
        }
        for unknown in 0..<count { system[unknown][unknown] += 1e-6 * Double(rows.count) }
        return system
    }

    /// The picture of latents `[1, height, width, channels]`.
    func callAsFunction(_ latents: Tensor) throws -> Picture {
        var values: [Float] = []
        for row in Self.rows(of: latents) {
            for colour in 0..<3 {
                var sum = 0.0
                for (channel, value) in row.enumerated() { sum += value * weights[channel][colour] }
                values.append(Float(sum))
            }
        }
        return try values.withUnsafeBufferPointer {
            try Picture(width: latents.shape[2], height: latents.shape[1], values: $0)
        }
    }

    /// The channels of each latent, and a 1 for the constant.
    private static func rows(of latents: Tensor) -> [[Double]] {
        let (floats, channels) = (latents.floats, latents.shape[3])
        return stride(from: 0, to: floats.count, by: channels).map { at in
            floats[at..<at + channels].map { Double($0) } + [1]
        }
    }

    /// Colours in [-1, 1] that fill the cube evenly (Roberts' sequence of the plastic number in three dimensions).
    private static func colour(ofPatch number: Int) -> [Float] {
        [0.8191725134, 0.6710436067, 0.5497004779].map { (step: Double) -> Float in
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
                for place in rows[row].indices { rows[row][place] -= factor * rows[column][place] }
            }
        }
    }
}
