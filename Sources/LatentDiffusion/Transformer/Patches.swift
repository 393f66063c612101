import TensorCore

/// Cuts latents into square patches, and puts them together again.
///
/// Patches follow one another row by row; values within one follow row, column, channel.
struct Patches {
    let side: Int

    /// `[batch, height, width, channels]` → `[batch, tokens, side · side · channels]`.
    func tokens(of latents: Tensor) -> Tensor {
        let (height, width) = (latents.shape[1], latents.shape[2])
        let shape = [latents.shape[0], height / side * (width / side), side * side * latents.channels]
        return Tensor(shape: shape) { tokens in
            latents.withFloats { pixels in
                forEachRun(latents.shape) { pixel, token, count in
                    for offset in 0..<count { tokens[token + offset] = pixels[pixel + offset] }
                }
            }
        }
    }

    /// The inverse of `tokens(of:)`, for latents of the given shape.
    func latents(of tokens: Tensor, shape: [Int]) -> Tensor {
        Tensor(shape: shape) { pixels in
            tokens.withFloats { tokens in
                forEachRun(shape) { pixel, token, count in
                    for offset in 0..<count { pixels[pixel + offset] = tokens[token + offset] }
                }
            }
        }
    }

    /// Calls `body` with the indices of each run that is contiguous in both layouts: one row of a patch.
    private func forEachRun(_ shape: [Int], _ body: (_ pixel: Int, _ token: Int, _ count: Int) -> Void) {
        let run = side * shape[3]
        let columns = shape[2] / side
        for row in 0..<shape[0] * shape[1] {
            for column in 0..<columns {
                let token = ((row / side) * columns + column) * side + row % side
                body((row * columns + column) * run, token * run, run)
            }
        }
    }
}
