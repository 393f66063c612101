import TensorCore

extension ValidationScore {
    /// What finished adapters score on the pairs held out; nil when there are none.
    /// Throws `TrainingError.unexpectedLatents`, or `TensorFileError` for a component that lacks a tensor.
    public init?(of component: AdapterComponent, x: Tensor, y: Tensor, pairs: PairList, split: PairSplit) throws {
        guard !split.validation.isEmpty else { return nil }
        let adapters = try AdapterPair(component)
        let validator = Validator(pairs, validation: split.validation)
        self = validator.score(
            x: try Self.points(validator.xRows, of: x, side: "x", adapter: adapters.x),
            y: try Self.points(validator.yRows, of: y, side: "y", adapter: adapters.y))
    }

    private static func points(_ rows: [Int], of vectors: Tensor, side: String, adapter: Adapter) throws -> Tensor {
        let latents = try LatentRows(vectors, side: side, channels: adapter.inputSize)
        let batch = 1024
        return Tensor.concatenated(
            stride(from: 0, to: rows.count, by: batch).map { start in
                let part = rows[start..<min(start + batch, rows.count)]
                return adapter(
                    Tensor(shape: [part.count, latents.channels]) { floats in
                        if let start = floats.baseAddress { latents.gather(part, into: start) }
                    })
            })
    }
}
