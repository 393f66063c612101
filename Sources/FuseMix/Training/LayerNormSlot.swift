import CKernels

/// A layer normalisation whose weight and bias `[size]` are in the trainer's buffers.
struct LayerNormSlot: Sendable {
    private let size: Int
    private let weight: Int
    private let bias: Int

    init(_ name: String, size: Int, in layout: ParameterLayout) {
        (self.size, weight, bias) = (size, layout.offset("\(name).weight"), layout.offset("\(name).bias"))
    }

    func normalize(
        _ x: UnsafePointer<Float>, rows: Int, parameters: UnsafePointer<Float>, into y: UnsafeMutablePointer<Float>
    ) {
        ck_layer_norm(
            x, parameters + weight, parameters + bias, AdapterForm.epsilon, y, Int64(rows), Int64(size))
    }

    /// Adds the gradients of weight and bias. The gradient with respect to the input x is added to `dx` where `adding`,
    /// else written to it.
    func backward(
        _ d: UnsafePointer<Float>, _ x: UnsafePointer<Float>, rows: Int, parameters: UnsafePointer<Float>,
        gradients: UnsafeMutablePointer<Float>, into dx: UnsafeMutablePointer<Float>, adding: Bool
    ) {
        let status = ck_layer_norm_backward(
            x, parameters + weight, AdapterForm.epsilon, d, adding ? 1 : 0, dx, gradients + weight, gradients + bias,
            Int64(rows), Int64(size))
        precondition(status == 0, "out of memory in the gradient of a layer normalisation")
    }
}
