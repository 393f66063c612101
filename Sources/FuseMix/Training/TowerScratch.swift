/// Memory for one chunk of rows, used by the towers in turn.
final class TowerScratch {
    /// Activations of a chunk that there is no room to keep; both towers use it in turn.
    let activations: FloatBuffer
    /// `[rows, hidden]`: hidden channels after dropout in the forward pass, their gradient in the backward pass.
    let hidden: FloatBuffer
    /// `[rows, width]`: a normalised stream.
    let normalized: FloatBuffer
    /// `[rows, width]`: the gradient with respect to a normalised stream.
    let normalizedGradient: FloatBuffer
    /// `[rows, width]`: the gradient with respect to the stream.
    let streamGradient: FloatBuffer
    /// `[rows, outputs]`: the gradient with respect to the output before L2 normalisation.
    let outputGradient: FloatBuffer

    /// `[rows, scores]`: the gradient with respect to the products of queries and the keys of a base.
    let products: FloatBuffer

    /// - Parameters:
    ///   - activationWidth: Floats per row of the wider tower's activations; 0 where all are kept.
    ///   - scores: Number of the scores of a base that is queried.
    init(forms: [AdapterForm], rows: Int, outputSize: Int, activationWidth: Int, scores: Int = 0) {
        activations = FloatBuffer(count: rows * activationWidth)
        let width = forms.map(\.width).max() ?? 0
        hidden = FloatBuffer(count: rows * (forms.map(\.hidden).max() ?? 0))
        normalized = FloatBuffer(count: rows * width)
        normalizedGradient = FloatBuffer(count: rows * width)
        streamGradient = FloatBuffer(count: rows * width)
        outputGradient = FloatBuffer(count: rows * outputSize)
        products = FloatBuffer(count: rows * scores)
    }
}
