import TensorCore

/// A convolution over a picture of one channel whose kernel moves in steps of its own along each axis.
struct PatchProjection: Sendable {
    private let height, width, rowStep, columnStep: Int
    private let project: Linear

    /// Reads the weight `[outputs, 1, height, width]` and the bias. Throws `TensorFileError`.
    init(
        _ name: String, height: Int, width: Int, rowStep: Int, columnStep: Int, outputs: Int, _ weights: WeightReader,
        _ precision: Precision
    ) throws {
        (self.height, self.width, self.rowStep, self.columnStep) = (height, width, rowStep, columnStep)
        project = Linear(
            weight: try weights.tensor("\(name).weight", [outputs, 1, height, width])
                .reshaped([outputs, height * width]),
            bias: try weights.tensor("\(name).bias", [outputs]), precision: precision)
    }

    /// `[rows, columns]`, not smaller than the kernel → `[outRows, outColumns, outputs]`.
    func callAsFunction(_ picture: Tensor) -> Tensor {
        let columns = picture.channels
        let outRows = (picture.shape[0] - height) / rowStep + 1, outColumns = (columns - width) / columnStep + 1
        let patches = Tensor(shape: [outRows, outColumns, height * width]) { patches in
            picture.withFloats { x in
                var next = 0
                for row in 0..<outRows {
                    for column in 0..<outColumns {
                        for line in 0..<height {
                            let start = (row * rowStep + line) * columns + column * columnStep
                            for place in start..<start + width {
                                patches[next] = x[place]
                                next += 1
                            }
                        }
                    }
                }
            }
        }
        return project(patches)
    }
}
