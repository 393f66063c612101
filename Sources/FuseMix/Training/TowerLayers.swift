/// The layers of a FuseMix adapter, with the positions of their parameters.
struct TowerLayers: Sendable {
    struct Block: Sendable {
        let norm: LayerNormSlot
        let up: LinearSlot
        let down: LinearSlot
    }

    /// The input projection, where the width is not the input's size.
    let input: LinearSlot?
    let blocks: [Block]
    let norm: LayerNormSlot
    let output: LinearSlot

    init(_ form: AdapterForm, inputSize: Int, outputSize: Int, side: String, layout: ParameterLayout) {
        let width = form.width
        input =
            width == inputSize
            ? nil : LinearSlot("\(side).input_projection", inputs: inputSize, outputs: width, in: layout)
        blocks = (0..<form.blocks).map { index in
            let name = "\(side).blocks.\(index)"
            return Block(
                norm: LayerNormSlot("\(name).norm", size: width, in: layout),
                up: LinearSlot("\(name).up", inputs: width, outputs: form.hidden, in: layout),
                down: LinearSlot("\(name).down", inputs: form.hidden, outputs: width, in: layout))
        }
        norm = LayerNormSlot("\(side).norm", size: width, in: layout)
        output = LinearSlot("\(side).output_projection", inputs: width, outputs: outputSize, in: layout)
    }
}
