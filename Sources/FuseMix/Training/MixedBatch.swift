/// The mixed pairs of one step: weight · first + (1 − weight) · second for each row, the same for x and y (FuseMix,
/// arXiv 2312.10144, section 4.2).
struct MixedBatch: Sendable, Equatable {
    /// Indices of pairs, one per row.
    let first: [Int]
    let second: [Int]
    let weights: [Float]

    /// - Parameters:
    ///   - pairs: The pairs of this step in their random order: twice as many as mixed pairs for `.halves`.
    ///   - step: Counts from 0.
    init(_ pairs: ArraySlice<Int>, step: Int, settings: TrainingSettings) {
        let own = settings.mixing == .halves ? Array(pairs.prefix(pairs.count / 2)) : Array(pairs)
        var partners: [Int]
        switch settings.mixing {
        case .halves: partners = Array(pairs.suffix(pairs.count / 2))
        case .permutation: partners = RandomStream(seed: settings.seed, .partners, time: step).shuffled(own)
        case .none: partners = own
        }
        let stream = RandomStream(seed: settings.seed, .mixing, time: step)
        let beta = BetaDistribution(alpha: settings.mixingAlpha)
        let isMixed = settings.mixing != .none
        var weights = own.indices.map { index in
            isMixed ? Float(beta.sample(stream, index: settings.mixesEachPair ? index : 0)) : 1
        }
        var owners = own
        if settings.addsUnmixed, isMixed {
            owners += own
            partners += own
            weights += own.map { _ in 1 }
        }
        (first, second, self.weights) = (owners, partners, weights)
    }

    /// Returns a label for each row. Rows of equal label are positives of each other: both of their pairs have the same
    /// `key`, and they are mixed in the same proportion.
    func labels(_ key: (Int) -> Int) -> [Int32] {
        struct Kind: Hashable {
            let first: Int
            let second: Int
            let weight: Float
        }
        var labels: [Kind: Int32] = [:]
        return first.indices.map { row in
            let (own, partner) = (key(first[row]), key(second[row]))
            let isPure = weights[row] == 1 || own == partner
            let kind = Kind(first: own, second: isPure ? own : partner, weight: isPure ? 1 : weights[row])
            if let label = labels[kind] { return label }
            let label = Int32(labels.count)
            labels[kind] = label
            return label
        }
    }
}
