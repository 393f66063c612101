import CKernels
import TensorCore

/// A linear layer whose weight `[outputs, inputs]` and bias are in the trainer's buffers.
struct LinearSlot: Sendable {
    let inputs: Int
    let outputs: Int
    private let weight: Int
    let bias: Int

    init(_ name: String, inputs: Int, outputs: Int, in layout: ParameterLayout) {
        (self.inputs, self.outputs) = (inputs, outputs)
        (weight, bias) = (layout.offset("\(name).weight"), layout.offset("\(name).bias"))
    }

    /// Computes y = x · weightᵀ, added to the contents of `y` where `adding`; the bias is left to the pass that
    /// follows.
    func multiply(
        _ x: UnsafePointer<Float>, rows: Int, parameters: UnsafePointer<Float>, into y: UnsafeMutablePointer<Float>,
        adding: Bool = false
    ) {
        TensorCore.multiply(
            false, true, m: rows, n: outputs, k: inputs, alpha: 1, a: x, lda: inputs, b: parameters + weight,
            ldb: inputs, beta: adding ? 1 : 0, c: y, ldc: outputs)
    }

    /// Computes the gradient with respect to the input, d · weight, from that with respect to the output.
    func multiplyBack(
        _ d: UnsafePointer<Float>, rows: Int, parameters: UnsafePointer<Float>, into dx: UnsafeMutablePointer<Float>
    ) {
        TensorCore.multiply(
            false, false, m: rows, n: inputs, k: outputs, alpha: 1, a: d, lda: outputs, b: parameters + weight,
            ldb: inputs, beta: 0, c: dx, ldc: inputs)
    }

    /// Adds the gradients of weight and bias: dᵀ · x and the sum of d's rows.
    func addGradients(
        _ d: UnsafePointer<Float>, _ x: UnsafePointer<Float>, rows: Int, to gradients: UnsafeMutablePointer<Float>
    ) {
        TensorCore.multiply(
            true, false, m: outputs, n: inputs, k: rows, alpha: 1, a: d, lda: outputs, b: x, ldb: inputs, beta: 1,
            c: gradients + weight, ldc: inputs)
        let status = ck_add_column_sums(d, gradients + bias, Int64(rows), Int64(outputs))
        precondition(status == 0, "out of memory in the sum of a bias's gradient")
    }
}
