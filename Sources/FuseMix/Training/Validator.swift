import TensorCore

/// How well pairs that training never sees find each other.
public struct ValidationScore: Sendable, Equatable, Codable {
    /// Share of x whose nearest y is one of theirs, and the reverse; a tie with a wrong one is a miss.
    public let recallXToY: Double
    public let recallYToX: Double
    /// Share of x whose nearest y belongs to the same group.
    public let classAccuracy: Double

    /// R@1: the mean of both directions.
    public var recall: Double { (recallXToY + recallYToX) / 2 }

    /// The figure that the best checkpoint is chosen by.
    func value(_ selection: TrainingSettings.Selection) -> Double {
        switch selection {
        case .recall: recall
        case .classAccuracy: classAccuracy
        }
    }
}

/// The pairs held out for validation: distinct rows of both sides, and which belong together.
struct Validator: Sendable {
    let xRows: [Int]
    let yRows: [Int]
    /// For each distinct x its y's, and the reverse, by position in the lists above.
    private let positivesOfX: [Set<Int>]
    private let positivesOfY: [Set<Int>]
    /// For each distinct x the y's of its groups.
    private let relativesOfX: [Set<Int>]

    init(_ pairs: PairList, validation: [Int]) {
        let xRows = Set(validation.map { pairs.xRows[$0] }).sorted()
        let yRows = Set(validation.map { pairs.yRows[$0] }).sorted()
        let xPositions = Dictionary(uniqueKeysWithValues: zip(xRows, 0...))
        let yPositions = Dictionary(uniqueKeysWithValues: zip(yRows, 0...))
        var positivesOfX = [Set<Int>](repeating: [], count: xRows.count)
        var positivesOfY = [Set<Int>](repeating: [], count: yRows.count)
        var groupsOfX = [Set<Int>](repeating: [], count: xRows.count)
        var members: [Int: Set<Int>] = [:]
        for pair in validation {
            guard let x = xPositions[pairs.xRows[pair]], let y = yPositions[pairs.yRows[pair]] else { continue }
            positivesOfX[x].insert(y)
            positivesOfY[y].insert(x)
            groupsOfX[x].insert(pairs.groups[pair])
            members[pairs.groups[pair], default: []].insert(y)
        }
        (self.xRows, self.yRows) = (xRows, yRows)
        (self.positivesOfX, self.positivesOfY) = (positivesOfX, positivesOfY)
        relativesOfX = groupsOfX.map { groups in groups.reduce(into: []) { $0.formUnion(members[$1] ?? []) } }
    }

    /// - Parameters:
    ///   - x: `[xRows.count, channels]`, rows of length 1.
    ///   - y: `[yRows.count, channels]` likewise.
    func score(x: Tensor, y: Tensor) -> ValidationScore {
        let nearestY = Self.nearest(queries: x, candidates: y)
        let nearestX = Self.nearest(queries: y, candidates: x)
        return ValidationScore(
            recallXToY: Self.share(nearestY, among: positivesOfX),
            recallYToX: Self.share(nearestX, among: positivesOfY),
            classAccuracy: Self.share(nearestY, among: relativesOfX))
    }

    /// Share of queries all of whose nearest candidates are right.
    private static func share(_ nearest: [[Int]], among right: [Set<Int>]) -> Double {
        let hits = zip(nearest, right).count { found, right in !found.isEmpty && found.allSatisfy(right.contains) }
        return Double(hits) / Double(max(1, right.count))
    }

    /// The candidates of the greatest similarity to each query: more than one where it is tied, none where it is not
    /// a number.
    private static func nearest(queries: Tensor, candidates: Tensor) -> [[Int]] {
        let count = candidates.shape[0], channels = queries.channels
        let rows = max(1, min(queries.shape[0], (1 << 22) / max(1, count)))
        let tile = FloatBuffer(count: rows * count)
        var nearest: [[Int]] = []
        queries.withFloats { queries in
            candidates.withFloats { candidates in
                guard let q = queries.baseAddress, let c = candidates.baseAddress else { return }
                for first in stride(from: 0, to: queries.count / channels, by: rows) {
                    let part = min(rows, queries.count / channels - first)
                    multiply(
                        false, true, m: part, n: count, k: channels, alpha: 1, a: q + first * channels, lda: channels,
                        b: c, ldb: channels, beta: 0, c: tile.start, ldc: count)
                    nearest += (0..<part).map { greatest(tile.start + $0 * count, count: count) }
                }
            }
        }
        return nearest
    }

    private static func greatest(_ values: UnsafePointer<Float>, count: Int) -> [Int] {
        var best = -Float.infinity
        var positions: [Int] = []
        for index in 0..<count where values[index] >= best {
            if values[index] > best { positions.removeAll(keepingCapacity: true) }
            best = values[index]
            positions.append(index)
        }
        return positions
    }
}
