import TensorCore

/// The pairs held out for validation: the distinct rows of both sides, and their pairing.
struct Validator: Sendable {
    private let xRows: [Int]
    private let yRows: [Int]
    /// The y's of each distinct x, and the reverse, by position in the lists above.
    private let positivesOfX: [Set<Int>]
    private let positivesOfY: [Set<Int>]
    /// The groups of each distinct x.
    private let groupsOfX: [Set<Int>]
    /// Every distinct y of training and validation with its groups; empty unless class accuracy is wanted.
    private let choices: [(row: Int, groups: Set<Int>)]

    /// - Parameter selection: The score to choose by.
    init(_ pairs: PairList, _ split: PairSplit, selection: TrainingSettings.Selection) {
        let validation = split.validation
        let xRows = Set(validation.map { pairs.xRows[$0] }).sorted()
        let yRows = Set(validation.map { pairs.yRows[$0] }).sorted()
        let xPositions = Dictionary(uniqueKeysWithValues: zip(xRows, 0...))
        let yPositions = Dictionary(uniqueKeysWithValues: zip(yRows, 0...))
        var positivesOfX = [Set<Int>](repeating: [], count: xRows.count)
        var positivesOfY = [Set<Int>](repeating: [], count: yRows.count)
        var groupsOfX = [Set<Int>](repeating: [], count: xRows.count)
        for pair in validation {
            guard let x = xPositions[pairs.xRows[pair]], let y = yPositions[pairs.yRows[pair]] else { continue }
            positivesOfX[x].insert(y)
            positivesOfY[y].insert(x)
            groupsOfX[x].insert(pairs.groups[pair])
        }
        var groupsOfY: [Int: Set<Int>] = [:]
        if selection == .classAccuracy {
            for pair in split.training + validation {
                groupsOfY[pairs.yRows[pair], default: []].insert(pairs.groups[pair])
            }
        }
        (self.xRows, self.yRows, self.groupsOfX) = (xRows, yRows, groupsOfX)
        (self.positivesOfX, self.positivesOfY) = (positivesOfX, positivesOfY)
        choices = groupsOfY.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    }

    /// - Parameters:
    ///   - x: Rows of x → `[rows, channels]`, of length 1.
    ///   - y: Rows of y likewise.
    func score(x: ([Int]) -> Tensor, y: ([Int]) -> Tensor) -> ValidationScore {
        let xPoints = x(xRows), yPoints = y(yRows)
        let forward = Self.ranks(of: xPoints, among: yPoints, right: positivesOfX)
        let backward = Self.ranks(of: yPoints, among: xPoints, right: positivesOfY)
        let recalls = [1, 5, 10].flatMap { [Self.recall(forward, $0), Self.recall(backward, $0)] }
        return ValidationScore(
            recallXToY: recalls[0], recallYToX: recalls[1], meanRecall: recalls.reduce(0, +) / Double(recalls.count),
            classAccuracy: choices.isEmpty ? nil : classAccuracy(x: xPoints, y: y))
    }

    private static func recall(_ ranks: [Int], _ depth: Int) -> Double {
        Double(ranks.count { $0 <= depth }) / Double(max(1, ranks.count))
    }

    /// The rank of each query's best right candidate, the wrong ones first where similarities are equal; a rank beyond
    /// reach where no right candidate's similarity is a number.
    private static func ranks(of queries: Tensor, among candidates: Tensor, right: [Set<Int>]) -> [Int] {
        var ranks = [Int](repeating: .max, count: right.count)
        forEachRow(of: queries, candidates) { query, similarities in
            let best = right[query].reduce(-Float.infinity) { max($0, similarities[$1]) }
            guard best > -.infinity else { return }
            let ahead = similarities.indices.count { similarities[$0] >= best && !right[query].contains($0) }
            ranks[query] = ahead + 1
        }
        return ranks
    }

    /// Share of x for which every nearest choice is of one of their groups. Choices are processed in blocks, so there
    /// may be many.
    private func classAccuracy(x: Tensor, y: ([Int]) -> Tensor) -> Double {
        let block = 4096
        var best = [Float](repeating: -.infinity, count: xRows.count)
        var isRight = [Bool](repeating: false, count: xRows.count)
        for start in stride(from: 0, to: choices.count, by: block) {
            let part = choices[start..<min(start + block, choices.count)]
            Self.forEachRow(of: x, y(part.map(\.row))) { query, similarities in
                for (choice, similarity) in zip(part, similarities) where similarity >= best[query] {
                    let fits = !choice.groups.isDisjoint(with: groupsOfX[query])
                    isRight[query] = fits && (isRight[query] || similarity > best[query])
                    best[query] = similarity
                }
            }
        }
        return Double(isRight.count { $0 }) / Double(max(1, xRows.count))
    }

    /// Calls `body` with each query and its similarity to every candidate, at least one.
    private static func forEachRow(
        of queries: Tensor, _ candidates: Tensor,
        _ body: (_ query: Int, _ similarities: UnsafeBufferPointer<Float>) -> Void
    ) {
        let count = candidates.shape[0], channels = queries.channels
        let rows = max(1, min(queries.shape[0], (1 << 22) / max(1, count)))
        let tile = FloatBuffer(count: rows * count)
        queries.withFloats { queries in
            candidates.withFloats { candidates in
                guard let q = queries.baseAddress, let c = candidates.baseAddress else { return }
                for first in stride(from: 0, to: queries.count / channels, by: rows) {
                    let part = min(rows, queries.count / channels - first)
                    multiply(
                        false, true, m: part, n: count, k: channels, alpha: 1, a: q + first * channels, lda: channels,
                        b: c, ldb: channels, beta: 0, c: tile.start, ldc: count)
                    for row in 0..<part {
                        body(first + row, UnsafeBufferPointer(start: tile.start + row * count, count: count))
                    }
                }
            }
        }
    }
}
