import CKernels

extension Tensor {
    public static func + (a: Tensor, b: Tensor) -> Tensor { a.combined(with: b, ck_add) }
    public static func - (a: Tensor, b: Tensor) -> Tensor { a.combined(with: b, ck_subtract) }
    public static func * (a: Tensor, scale: Float) -> Tensor { a.scaled(by: scale) }

    /// `max(self + other, 0)`, the end of a residual block with ReLU.
    public func addingReLU(_ other: Tensor) -> Tensor { combined(with: other, ck_add_relu) }

    /// Every element times `scale`, plus `offset`.
    public func scaled(by scale: Float, plus offset: Float = 0) -> Tensor {
        mapped { x, y in ck_scale(x, scale, offset, y, Int64(count)) }
    }

    public func applying(_ activation: Activation) -> Tensor {
        guard let kernel = activation.kernel else { return self }
        return mapped { x, y in ck_activate(kernel, x, y, Int64(count)) }
    }

    /// `x · (1 + scale) + shift` for a sequence `[tokens, channels]`; shift and scale are `[channels]`
    /// (adaptive layer norm: Peebles & Xie, arXiv 2212.09748, section 3.2).
    public func modulated(shift: Tensor, scale: Tensor) -> Tensor {
        precondition(shift.count == channels && scale.count == channels, "one shift and scale a channel")
        return shift.withFloats { shift in
            scale.withFloats { scale in
                mapped { x, y in
                    ck_modulate(x, shift.baseAddress, scale.baseAddress, y, Int64(rows), Int64(channels))
                }
            }
        }
    }

    /// `x + gate · branch` for sequences `[tokens, channels]`; gate is `[channels]`.
    public func adding(_ branch: Tensor, gate: Tensor) -> Tensor {
        precondition(branch.shape == shape && gate.count == channels, "one gate a channel")
        return branch.withFloats { branch in
            gate.withFloats { gate in
                mapped { x, y in
                    ck_gated_add(x, branch.baseAddress, gate.baseAddress, y, Int64(rows), Int64(channels))
                }
            }
        }
    }

    /// Adds an item's vector, of `[batch, channels]`, to each place (token, pixel) of the item, `[batch, …, channels]`.
    public func addingToEachPlace(_ vectors: Tensor) -> Tensor {
        let zeros = Tensor(zeros: [channels])
        return .stacked((0..<shape[0]).map { item($0).modulated(shift: vectors.item($0), scale: zeros) })
    }

    /// Returns the pictures twice as high and wide, each pixel repeated: `[batch, height, width, channels]`.
    public func upsampledNearest() -> Tensor {
        precondition(shape.count == 4, "a batch of pictures, not \(shape)")
        let (height, width) = (shape[1], shape[2])
        return Tensor(shape: [shape[0], 2 * height, 2 * width, channels]) { enlarged in
            for index in 0..<shape[0] {
                item(index).withFloats {
                    let start = enlarged.baseAddress.map { $0 + 4 * index * height * width * channels }
                    ck_upsample_nearest($0.baseAddress, start, Int64(height), Int64(width), Int64(channels))
                }
            }
        }
    }

    /// Returns the pictures brought to a size, `[batch, height, width, channels]`: each pixel is the one that PyTorch's
    /// `interpolate` of mode “nearest” takes.
    public func enlargedNearest(height: Int, width: Int) -> Tensor {
        precondition(shape.count == 4, "a batch of pictures, not \(shape)")
        let (rows, columns) = (shape[1], shape[2])
        if height == 2 * rows, width == 2 * columns { return upsampledNearest() }
        let size = channels
        return Tensor(shape: [shape[0], height, width, size]) { enlarged in
            withFloats { x in
                for place in 0..<shape[0] * height * width {
                    let (item, row, column) = (place / (height * width), place / width % height, place % width)
                    let source = (item * rows + row * rows / height) * columns + column * columns / width
                    for channel in 0..<size { enlarged[place * size + channel] = x[source * size + channel] }
                }
            }
        }
    }

    /// Tensors of as many rows joined along the last axis.
    public static func besideEachOther(_ parts: Tensor...) -> Tensor { besideEachOther(parts) }

    /// Tensors of as many rows joined along the last axis.
    public static func besideEachOther(_ parts: [Tensor]) -> Tensor {
        precondition(!parts.isEmpty, "nothing to join")
        let leading = Array(parts[0].shape.dropLast())
        precondition(parts.allSatisfy { Array($0.shape.dropLast()) == leading }, "rows to join differ")
        let width = parts.reduce(0) { $0 + $1.channels }
        return Tensor(shape: leading + [width]) { joined in
            var start = 0
            for part in parts {
                part.withFloats {
                    ck_place_columns(
                        $0.baseAddress, joined.baseAddress.map { $0 + start }, Int64(part.rows), Int64(part.channels),
                        Int64(width))
                }
                start += part.channels
            }
        }
    }

    /// The first half of each row times GELU of the second (GEGLU: Shazeer, arXiv 2002.05202): `[..., 2 · n]` →
    /// `[..., n]`.
    public func gatedByGELU() -> Tensor {
        precondition(channels % 2 == 0, "two halves")
        return Tensor(shape: shape.dropLast() + [channels / 2]) { y in
            withFloats { ck_gelu_gate($0.baseAddress, y.baseAddress, Int64(rows), Int64(channels / 2)) }
        }
    }

    /// SiLU of the first half of the last axis times its second: `[..., 2 · channels]` → `[..., channels]`.
    public func gatedBySiLU() -> Tensor {
        precondition(channels % 2 == 0, "two halves")
        return Tensor(shape: shape.dropLast() + [channels / 2]) { y in
            withFloats { ck_silu_gate($0.baseAddress, y.baseAddress, Int64(rows), Int64(channels / 2)) }
        }
    }

    /// The tensor with every row of the last axis divided by its Euclidean length, which is at least `epsilon`.
    public func normalized(epsilon: Float = 1e-12) -> Tensor {
        Tensor(shape: shape) { unit in
            withFloats { x in
                for row in 0..<rows {
                    let range = row * channels..<(row + 1) * channels
                    let length = x[range].reduce(into: 0.0) { $0 += Double($1) * Double($1) }.squareRoot()
                    let inverse = 1 / max(Float(length), epsilon)
                    for index in range { unit[index] = x[index] * inverse }
                }
            }
        }
    }

    func mapped(_ kernel: (UnsafePointer<Float>?, UnsafeMutablePointer<Float>?) -> Void) -> Tensor {
        Tensor(shape: shape) { y in
            withFloats { x in kernel(x.baseAddress, y.baseAddress) }
        }
    }

    private func combined(
        with other: Tensor,
        _ kernel: (UnsafePointer<Float>?, UnsafePointer<Float>?, UnsafeMutablePointer<Float>?, Int64) -> Void
    ) -> Tensor {
        precondition(shape == other.shape, "shapes \(shape) and \(other.shape) differ")
        return other.withFloats { b in
            mapped { a, y in kernel(a, b.baseAddress, y, Int64(count)) }
        }
    }
}
