import TensorCore

/// Attentional feature fusion (Dai et al., arXiv 2009.14082) of the patches of a whole sound with those of three parts, as CLAP
/// does it.
struct SpectrogramFusion: Sendable {
    private let parts: PatchProjection
    private let local, global: Branch

    /// Reads the weights. Throws `TensorFileError`.
    init(_ name: String, _ config: CLAPAudioConfig, _ weights: WeightReader, _ precision: Precision) throws {
        let size = config.patchSize
        // One patch of a part is as wide as three of the whole, since there are three.
        parts = try PatchProjection(
            "\(name).mel_conv2d", height: size, width: 3 * size, rowStep: size, columnStep: 3 * size,
            outputs: config.width, weights, precision)
        let inner = max(1, config.width / config.reduction)
        local = try Branch("\(name).fusion_model.local_att", first: 0, config.width, inner, weights, precision)
        global = try Branch("\(name).fusion_model.global_att", first: 1, config.width, inner, weights, precision)
    }

    /// `[rows, columns, width]` and three pictures `[side, side]` → the first shape.
    func callAsFunction(_ whole: Tensor, parts pictures: [Tensor]) -> Tensor {
        let (rows, columns, width) = (whole.shape[0], whole.shape[1], whole.channels)
        let beside = pictures.map { parts($0) }
        let apart = Tensor(shape: whole.shape) { y in
            y.update(repeating: 0)
            for (index, part) in beside.enumerated() {
                let count = part.shape[1] * width
                part.withFloats { part in
                    for row in 0..<rows {
                        for place in 0..<count {
                            y[row * columns * width + index * count + place] = part[row * count + place]
                        }
                    }
                }
            }
        }
        let sum = whole + apart
        let everywhere = global(sum.reshaped([1, rows, columns, width]).averagePooled())
        let here = local(sum)
        return Tensor(shape: whole.shape) { y in
            whole.withFloats { x in
                apart.withFloats { z in
                    here.withFloats { here in
                        everywhere.withFloats { everywhere in
                            for index in x.indices {
                                let share = here[index] + everywhere[index % width]
                                y[index] = share
                            }
                            let shares = Tensor(Array(y), shape: whole.shape).applying(.sigmoid)
                            shares.withFloats { share in
                                for index in x.indices {
                                    y[index] = 2 * (x[index] * share[index] + z[index] * (1 - share[index]))
                                }
                            }
                        }
                    }
                }
            }
        }
    }

    /// Two pointwise convolutions, each with batch normalisation folded in, ReLU between them.
    private struct Branch: Sendable {
        private let reduce, widen: Linear

        init(
            _ name: String, first: Int, _ width: Int, _ inner: Int, _ weights: WeightReader, _ precision: Precision
        ) throws {
            reduce = try Self.folded(name, first, width, inner, .relu, weights, precision)
            widen = try Self.folded(name, first + 3, inner, width, .none, weights, precision)
        }

        /// `[…, width]` → the same shape.
        func callAsFunction(_ x: Tensor) -> Tensor { widen(reduce(x)) }

        private static func folded(
            _ name: String, _ index: Int, _ inputs: Int, _ outputs: Int, _ activation: Activation,
            _ weights: WeightReader, _ precision: Precision
        ) throws -> Linear {
            let weight = try weights.tensor("\(name).\(index).weight", [outputs, inputs, 1, 1]).floats
            let bias = try weights.tensor("\(name).\(index).bias", [outputs]).floats
            let (scale, shift) = try weights.batchNorm("\(name).\(index + 1)", outputs)
            return Linear(
                weight: Tensor(weight.indices.map { weight[$0] * scale[$0 / inputs] }, shape: [outputs, inputs]),
                bias: Tensor(bias.indices.map { bias[$0] * scale[$0] + shift[$0] }, shape: [outputs]),
                activation: activation, precision: precision)
        }
    }
}
