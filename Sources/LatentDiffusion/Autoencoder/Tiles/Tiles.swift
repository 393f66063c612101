import TensorCore

/// Overlapping squares of a picture, for a network that maps each pixel from its surroundings.
///
/// The overlaps are blended linearly (diffusers' `AutoencoderKL.tiled_decode`). Squares at the lower and right border are
/// cut off there.
struct Tiles {
    /// Side of a square of the input.
    let side: Int
    /// Way from one square of the input to the next.
    let step: Int
    /// Rows or columns of the output that two squares share.
    let overlap: Int
    /// Rows or columns of the output from one square to the next.
    let kept: Int

    /// Side of a tile, in latents; a multiple of 4.
    static let usualSide = 64

    /// Tiles of latents, enlarged by `scale`.
    static func decoding(side: Int, scale: Int) -> Tiles {
        Tiles(side: side, step: side * 3 / 4, overlap: side * scale / 4, kept: side * scale * 3 / 4)
    }

    /// Tiles of a picture, reduced by `scale`.
    static func encoding(side: Int, scale: Int) -> Tiles {
        Tiles(side: side * scale, step: side * scale * 3 / 4, overlap: side / 4, kept: side * 3 / 4)
    }

    /// Applies `network`, which maps `[1, height, width, channels]`, to a picture `[height, width, channels]`.
    func map(_ picture: Tensor, _ network: (Tensor) throws -> Tensor) rethrows -> Tensor {
        let (height, width) = (picture.shape[0], picture.shape[1])
        var above: [Tensor] = []
        var bands: [Tensor] = []
        for top in stride(from: 0, to: height, by: step) {
            var row: [Tensor] = []
            for (column, left) in stride(from: 0, to: width, by: step).enumerated() {
                let square = picture.cropped(
                    rows: top..<min(top + side, height), columns: left..<min(left + side, width))
                var tile = try network(square.reshaped([1] + square.shape)).item(0)
                if top > 0 { tile = tile.fadedIn(over: above[column], overlap, axis: 0) }
                if left > 0 { tile = tile.fadedIn(over: row[column - 1], overlap, axis: 1) }
                row.append(tile)
            }
            bands.append(
                .joined(row.map { $0.cropped(rows: 0..<min(kept, $0.shape[0]), columns: 0..<min(kept, $0.shape[1])) }))
            above = row
        }
        return .concatenated(bands)
    }
}

/// Pictures `[height, width, channels]`.
extension Tensor {
    fileprivate func cropped(rows: Range<Int>, columns: Range<Int>) -> Tensor {
        let (length, stride) = (columns.count * channels, shape[1] * channels)
        return Tensor(shape: [rows.count, columns.count, channels]) { cropped in
            withFloats { x in
                for (index, row) in rows.enumerated() {
                    let start = row * stride + columns.lowerBound * channels
                    _ = cropped[(index * length)...].update(fromContentsOf: x[start..<start + length])
                }
            }
        }
    }

    /// Pictures of one height, side by side.
    fileprivate static func joined(_ pictures: [Tensor]) -> Tensor {
        let (height, channels) = (pictures[0].shape[0], pictures[0].channels)
        let width = pictures.reduce(0) { $0 + $1.shape[1] }
        return Tensor(shape: [height, width, channels]) { joined in
            var left = 0
            for picture in pictures {
                let length = picture.shape[1] * channels
                picture.withFloats { x in
                    for row in 0..<height {
                        _ = joined[(row * width * channels + left)...].update(
                            fromContentsOf: x[row * length..<(row + 1) * length])
                    }
                }
                left += length
            }
        }
    }

    /// The picture, its first rows (axis 0) or columns (axis 1) faded in over the last ones of `other`, the picture above
    /// it or to its left.
    fileprivate func fadedIn(over other: Tensor, _ overlap: Int, axis: Int) -> Tensor {
        let overlap = min(overlap, shape[axis], other.shape[axis])
        let (height, width) = axis == 0 ? (overlap, shape[1]) : (shape[0], overlap)
        let offset = axis == 0 ? (other.shape[0] - overlap) * other.shape[1] : other.shape[1] - overlap
        return Tensor(shape: shape) { faded in
            withFloats { x in
                other.withFloats { before in
                    _ = faded.update(fromContentsOf: x)
                    for row in 0..<height {
                        for column in 0..<width {
                            let share = Float(axis == 0 ? row : column) / Float(overlap)
                            let pixel = (row * shape[1] + column) * channels
                            let under = (offset + row * other.shape[1] + column) * channels
                            for channel in 0..<channels {
                                faded[pixel + channel] =
                                    before[under + channel] * (1 - share) + x[pixel + channel] * share
                            }
                        }
                    }
                }
            }
        }
    }
}
