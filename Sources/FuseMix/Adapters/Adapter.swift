import TensorCore

/// One side of an adapter pair, ready for use: maps a frozen encoder's latents to embeddings in the shared space.
public struct Adapter: Sendable {
    /// Channels of the latents.
    public let inputSize: Int
    /// Channels of the shared space.
    public let outputSize: Int
    private let network: Network
    private let base: ScoreBase?

    private enum Network: Sendable {
        case identity
        case linear(Linear)
        case fusemix(ResidualTower)
    }

    /// Reads the adapter's tensors. Throws the errors of `reader` for a tensor that is missing or of another shape.
    ///
    /// - Parameter side: Prefix of the tensors' names, `x` or `y`.
    init(
        _ configuration: TowerConfiguration, outputSize: Int, side: String, reader: WeightReader, precision: Precision
    ) throws {
        (inputSize, self.outputSize) = (configuration.inputSize, outputSize)
        base = try configuration.base.map { form in
            let name = "\(side).\(TowerConfiguration.baseWeight)"
            return ScoreBase(form, weight: try reader.tensor(name, [outputSize, form.count]))
        }
        switch configuration.kind {
        case .identity: network = .identity
        case .linear:
            network = .linear(try reader.linear("\(side).output_projection", inputSize, outputSize, precision))
        case .fusemix(let form):
            network = .fusemix(
                try ResidualTower(
                    form, inputs: inputSize, outputs: outputSize, side: side, reader: reader, precision: precision))
        }
    }

    /// `[n, inputSize]` of any float type → `[n, outputSize]`, rows of length 1.
    public func callAsFunction(_ latents: Tensor) -> Tensor {
        let output = correction(of: latents)
        return base.map { $0.points(of: latents.float32(), correctedBy: output) } ?? output.normalized()
    }

    /// The weights of the base's vectors in the output's mixture, the greatest of a row 1: `[n, inputSize]` of any float type →
    /// `[n, scores]`; nil for an adapter that adds to its base or has none.
    public func weights(of latents: Tensor) -> Tensor? {
        base?.weights(of: latents.float32(), correctedBy: correction(of: latents))
    }

    /// The output of the trained layers, before a base is corrected and the length is brought to 1: `[n, inputSize]` of
    /// any float type → `[n, outputSize]`.
    private func correction(of latents: Tensor) -> Tensor {
        precondition(latents.shape.count == 2 && latents.channels == inputSize, "unexpected \(latents.shape)")
        let latents = latents.float32()
        return switch network {
        case .identity: latents
        case .linear(let linear): linear(latents)
        case .fusemix(let tower): tower(latents)
        }
    }
}

/// The layers of a FuseMix adapter up to the normalisation of its output.
private struct ResidualTower: Sendable {
    private struct Block: Sendable {
        let norm: LayerNorm
        let up: Linear
        let down: Linear
    }

    private let inputProjection: Linear?
    private let blocks: [Block]
    private let norm: LayerNorm
    private let outputProjection: Linear

    init(
        _ form: AdapterForm, inputs: Int, outputs: Int, side: String, reader: WeightReader, precision: Precision
    ) throws {
        let width = form.width
        inputProjection =
            width == inputs ? nil : try reader.linear("\(side).input_projection", inputs, width, precision)
        blocks = try (0..<form.blocks).map { index in
            let name = "\(side).blocks.\(index)"
            return Block(
                norm: try reader.layerNorm("\(name).norm", width, epsilon: AdapterForm.epsilon),
                up: try reader.linear("\(name).up", width, form.hidden, activation: .gelu, precision),
                down: try reader.linear("\(name).down", form.hidden, width, precision))
        }
        norm = try reader.layerNorm("\(side).norm", width, epsilon: AdapterForm.epsilon)
        outputProjection = try reader.linear("\(side).output_projection", width, outputs, precision)
    }

    func callAsFunction(_ latents: Tensor) -> Tensor {
        let stream = blocks.reduce(inputProjection?(latents) ?? latents) { x, block in
            x + block.down(block.up(block.norm(x)))
        }
        return outputProjection(norm(stream))
    }
}
