import TensorCore

/// Shifts, scales and gates for each item and channel, set by a conditioning signal.
struct Modulation {
    /// `[batch, parts, channels]`.
    private let values: Tensor

    /// - Parameter values: `[batch, parts · channels]`.
    init(_ values: Tensor, parts: Int) {
        self.values = values.reshaped([values.shape[0], parts, values.channels / parts])
    }

    /// `x · (1 + scale) + shift`, where `x` is `[batch, tokens, channels]` and the others name parts.
    func modulate(_ x: Tensor, shift: Int, scale: Int) -> Tensor {
        .stacked(
            (0..<x.shape[0]).map {
                x.item($0).modulated(shift: values.item($0).item(shift), scale: values.item($0).item(scale))
            })
    }

    /// `x + gate · branch`, both `[batch, tokens, channels]`, where `gate` names a part.
    func add(_ branch: Tensor, to x: Tensor, gate: Int) -> Tensor {
        .stacked(
            (0..<x.shape[0]).map {
                x.item($0).adding(branch.item($0), gate: values.item($0).item(gate))
            })
    }
}
