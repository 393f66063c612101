import CKernels

/// A 3×3 convolution with a border of one pixel over pictures enlarged twofold by repetition.
///
/// The enlarged picture is never made: of its nine pixels under a kernel at most four differ, so each of the four kinds of
/// place in a square of 2×2 has a 2×2 kernel of its own, of sums of the nine weights. That is 4/9 of the products.
public struct UpsamplingConvolution: Sendable {
    /// One for each place: top left, top right, bottom left, bottom right.
    private let phases: [Convolution2D]
    private let outputs: Int

    /// - Parameters:
    ///   - weight: `[outputs, inputs, 3, 3]` (PyTorch's order), any float type.
    ///   - bias: `[outputs]`.
    public init(weight: Tensor, bias: Tensor?, precision: Precision) {
        precondition(weight.shape.count == 4 && weight.shape[2...] == [3, 3], "a 3×3 weight, not \(weight.shape)")
        outputs = weight.shape[0]
        phases = [(0, 0), (0, 1), (1, 0), (1, 1)].map { row, column in
            Convolution2D(
                weight: Self.sums(of: weight.float32(), row: row, column: column), bias: bias,
                padding: .init(top: 1 - row, left: 1 - column, bottom: row, right: column), precision: precision)
        }
    }

    /// `[batch, height, width, inputs]` → `[batch, 2 · height, 2 · width, outputs]`.
    public func callAsFunction(_ x: Tensor) -> Tensor {
        precondition(x.shape.count == 4, "a batch of pictures, not \(x.shape)")
        let (height, width) = (x.shape[1], x.shape[2])
        return Tensor(shape: [x.shape[0], 2 * height, 2 * width, outputs]) { enlarged in
            for (index, phase) in phases.enumerated() {
                for (item, start) in stride(from: 0, to: enlarged.count, by: 4 * height * width * outputs).enumerated()
                {
                    phase(x.items(item..<item + 1)).withFloats {
                        ck_place_phase(
                            $0.baseAddress, enlarged.baseAddress.map { $0 + start }, Int64(height), Int64(width),
                            Int64(outputs), Int64(index / 2), Int64(index % 2))
                    }
                }
            }
        }
    }

    /// The 2×2 kernel of one place. On the first row or column of a square, the repeated pixels are the second and third
    /// under the kernel, on the second the first and second.
    private static func sums(of weight: Tensor, row: Int, column: Int) -> Tensor {
        func place(_ index: Int, _ phase: Int) -> Int { (index + 1 - phase) / 2 }
        return Tensor(shape: [weight.shape[0], weight.shape[1], 2, 2]) { sums in
            sums.update(repeating: 0)
            weight.withFloats { weight in
                for kernel in 0..<weight.count / 9 {
                    for index in 0..<9 {
                        sums[4 * kernel + 2 * place(index / 3, row) + place(index % 3, column)] +=
                            weight[9 * kernel + index]
                    }
                }
            }
        }
    }
}
