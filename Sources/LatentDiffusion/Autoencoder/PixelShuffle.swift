import TensorCore

/// Trades squares of pixels for channels (Shi et al., arXiv 1609.05158), in PyTorch's order: channel `c · side² + row ·
/// side + column` of the packed picture is channel `c` of the pixel at (row, column).
struct PixelShuffle {
    let side: Int

    /// `[batch, height, width, channels]` → `[batch, height / side, width / side, channels · side²]`.
    func packed(_ picture: Tensor) -> Tensor {
        let shape = picture.shape
        let packed = [shape[0], shape[1] / side, shape[2] / side, shape[3] * side * side]
        return Tensor(shape: packed) { result in
            picture.withFloats { pixels in
                forEachElement(shape) { pixel, place in result[place] = pixels[pixel] }
            }
        }
    }

    /// The inverse of `packed`.
    func unpacked(_ packed: Tensor) -> Tensor {
        let shape = packed.shape
        let picture = [shape[0], shape[1] * side, shape[2] * side, shape[3] / (side * side)]
        return Tensor(shape: picture) { result in
            packed.withFloats { packed in
                forEachElement(picture) { pixel, place in result[pixel] = packed[place] }
            }
        }
    }

    /// Calls `body` with the index of each element in the picture and in its packed form.
    private func forEachElement(_ picture: [Int], _ body: (_ pixel: Int, _ packed: Int) -> Void) {
        let (width, channels) = (picture[2], picture[3])
        let area = side * side
        var pixel = 0
        for row in 0..<picture[0] * picture[1] {
            for column in 0..<width {
                let square = (row / side) * (width / side) + column / side
                let within = (row % side) * side + column % side
                for channel in 0..<channels {
                    body(pixel, (square * channels + channel) * area + within)
                    pixel += 1
                }
            }
        }
    }
}
