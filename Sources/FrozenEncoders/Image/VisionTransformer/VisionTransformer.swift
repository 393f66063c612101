import TensorCore

/// A picture's patches through a transformer (Dosovitskiy et al., arXiv 2010.11929): the common part of CLIP's, SigLIP's and
/// DINOv2's image towers.
struct VisionTransformer: Sendable {
    struct Form: Sendable, Equatable {
        var layer: PreNormLayer.Form
        var layerCount: Int
        /// Columns and rows of a patch.
        var patch: Int
        /// Columns and rows of the pictures that the positions were learnt on.
        var imageSize: Int
        var hasClassToken = true
        /// Tokens beside it that hold no patch (Darcet et al., arXiv 2309.16588).
        var registers = 0
        var hasPatchBias = true
        /// Whether the embedded patches are normalised before the first layer.
        var isNormalizedBefore = false
        /// How positions are brought to pictures of another size; nil where those are refused.
        var interpolation: PositionInterpolation?
    }

    /// The names of the tensors.
    struct Names: Sendable {
        let patches, positions, classToken, layers, norm: String
        var registers = "", normBefore = ""
        var layer = PreNormLayer.Names.clip
        /// Whether the tokens and positions have an axis for the batch.
        var hasBatchAxis = false
    }

    private let patches: Convolution2D
    private let tokens: [Tensor]
    private let positions: Tensor
    private let normBefore: LayerNorm?
    private let layers: [PreNormLayer]
    private let norm: LayerNorm
    private let form: Form

    /// Columns and rows of the pictures that a tower of this form may take; nil for any that hold a patch.
    static func fit(_ side: Int, _ form: Form) -> Bool {
        side == form.imageSize || (form.interpolation != nil && side >= form.patch)
    }

    /// Reads the weights.
    ///
    /// - Parameter side: Columns and rows of the pictures that are encoded, which `fit`.
    /// - Throws: `TensorFileError`.
    init(_ form: Form, _ names: Names, side: Int, _ weights: WeightReader, _ precision: Precision) throws {
        precondition(Self.fit(side, form), "pictures of \(side)")
        let hidden = form.layer.hidden, epsilon = form.layer.normEpsilon
        let batch = names.hasBatchAxis ? [1] : []
        patches = try weights.convolution(
            names.patches, 3, hidden, kernel: form.patch, stride: form.patch, padding: .all(0),
            hasBias: form.hasPatchBias, precision)
        var tokens: [Tensor] = []
        if form.hasClassToken {
            tokens.append(
                try weights.tensor(names.classToken, batch + batch + [hidden]).reshaped([1, hidden]).float32())
        }
        let (learnt, wanted) = (form.imageSize / form.patch, side / form.patch)
        let first = tokens.count
        let stored = try weights.tensor(names.positions, batch + [first + learnt * learnt, hidden])
            .reshaped([first + learnt * learnt, hidden]).float32()
        let grid = stored.items(first..<stored.shape[0])
        let placed = form.interpolation.map { $0.resized(grid, from: learnt, to: wanted) } ?? grid
        if form.hasClassToken { tokens[0] = tokens[0] + stored.items(0..<1) }
        if form.registers > 0 {
            tokens.append(
                try weights.tensor(names.registers, batch + [form.registers, hidden])
                    .reshaped([form.registers, hidden]).float32())
        }
        (self.tokens, positions) = (tokens, placed)
        normBefore =
            form.isNormalizedBefore ? try weights.layerNorm(names.normBefore, hidden, epsilon: epsilon) : nil
        layers = try (0..<form.layerCount).map {
            try PreNormLayer("\(names.layers).\($0)", form.layer, names.layer, weights, precision)
        }
        norm = try weights.layerNorm(names.norm, hidden, epsilon: epsilon)
        self.form = form
    }

    /// `[1, side, side, 3]` → `[1, tokens, hidden]`: the class token if there is one, the registers, the patches row by row,
    /// all of them normalised.
    func callAsFunction(_ input: Tensor) -> Tensor {
        let embedded = patches(input).reshaped([positions.shape[0], form.layer.hidden]) + positions
        let sequence = Tensor.concatenated(tokens + [embedded])
        let batch = sequence.reshaped([1] + sequence.shape)
        return norm(layers.reduce(normBefore?(batch) ?? batch) { $1($0) })
    }
}
