/// The activations that a chunk's backward pass needs: the residual stream before each block and after the last, and
/// each block's hidden channels before GELU. All else is cheap to compute again.
struct ChunkActivations {
    private let buffer: FloatBuffer
    private let form: AdapterForm
    private let rows: Int
    /// Whether the stream before the first block is the input itself, which is not copied.
    private let startsWithInput: Bool

    /// Floats per row.
    static func width(_ form: AdapterForm, inputSize: Int) -> Int {
        form.blocks * (form.width + form.hidden) + (form.width == inputSize ? 0 : form.width)
    }

    /// - Parameter memory: Memory with room for at least `rows`; nil to allocate it.
    init(_ form: AdapterForm, inputSize: Int, rows: Int, memory: FloatBuffer? = nil) {
        (self.form, self.rows, startsWithInput) = (form, rows, form.width == inputSize)
        let count = rows * Self.width(form, inputSize: inputSize)
        buffer = memory ?? FloatBuffer(count: count)
        precondition(buffer.count >= count, "too little memory for the activations of \(rows) rows")
    }

    /// `[rows, width]`: the input of block `index`; `form.blocks` gives the end of the stream. Must not be called with
    /// 0 when the stream starts with the input.
    func stream(_ index: Int) -> UnsafeMutablePointer<Float> {
        buffer.start + (index - (startsWithInput ? 1 : 0)) * rows * form.width
    }

    /// `[rows, hidden]`
    func hidden(_ block: Int) -> UnsafeMutablePointer<Float> {
        let streams = form.blocks + (startsWithInput ? 0 : 1)
        return buffer.start + rows * (streams * form.width + block * form.hidden)
    }
}
