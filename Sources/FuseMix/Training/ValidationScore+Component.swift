import TensorCore

extension ValidationScore {
    /// What finished adapters score on the pairs held out; nil when there are none.
    /// Throws `TrainingError.unexpectedLatents`, or `TensorFileError` for a component that lacks a tensor.
    ///
    /// - Parameter selection: What the adapters are chosen by.
    public init?(
        of component: AdapterComponent, x: Tensor, y: Tensor, pairs: PairList, split: PairSplit,
        selection: TrainingSettings.Selection = .recall
    ) throws {
        guard !split.validation.isEmpty else { return nil }
        let adapters = try AdapterPair(component)
        let xRows = try LatentRows(x, side: "x", channels: adapters.x.inputSize)
        let yRows = try LatentRows(y, side: "y", channels: adapters.y.inputSize)
        self = Validator(pairs, split, selection: selection).score(
            x: { Self.points($0, of: xRows, adapters.x) }, y: { Self.points($0, of: yRows, adapters.y) })
    }

    private static func points(_ rows: [Int], of latents: LatentRows, _ adapter: Adapter) -> Tensor {
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
