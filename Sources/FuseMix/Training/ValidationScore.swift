import TensorCore

/// Scores of retrieval between the held-out pairs, which training never sees.
public struct ValidationScore: Sendable, Equatable, Codable {
    /// Share of x whose nearest y is one of theirs, and the reverse; a tie with a wrong one is a miss.
    public let recallXToY: Double
    public let recallYToX: Double
    /// The mean of R@1, R@5 and R@10 of both directions.
    public let meanRecall: Double
    /// Share of x whose nearest y, among those of training too, belongs to one of their groups; only set when the best
    /// checkpoint is chosen by it. With classes as groups it is zero-shot accuracy on held-out classes.
    public let classAccuracy: Double?
    /// The mean cosine of the pairs; only set when the best checkpoint is chosen by it.
    public let similarity: Double?

    /// R@1, the mean of both directions.
    public var recall: Double { (recallXToY + recallYToX) / 2 }

    /// The score that the best checkpoint is chosen by.
    public func value(_ selection: TrainingSettings.Selection) -> Double {
        switch selection {
        case .recall: recall
        case .meanRecall: meanRecall
        case .classAccuracy: classAccuracy ?? 0
        case .similarity: similarity ?? -1
        }
    }
}

extension ValidationScore {
    /// Scores finished adapters on the held-out pairs; nil when there are none. Throws
    /// `TrainingError.unexpectedLatents`, or `TensorFileError` for a component that lacks a tensor.
    ///
    /// - Parameter selection: The score that the adapters are chosen by.
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
