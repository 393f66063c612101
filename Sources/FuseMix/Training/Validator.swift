import Retrieval
import TensorCore

/// The pairs held out for validation: the distinct rows of both sides, and their pairing.
struct Validator: Sendable {
    private let xRows: [Int]
    private let yRows: [Int]
    /// The y's of each distinct x, and the reverse, by position in the lists above.
    private let rightOfX: Relevance
    private let rightOfY: Relevance
    /// The groups of each distinct x.
    private let groupsOfX: [Set<Int>]
    /// Every distinct y of training and validation with its groups; empty unless class accuracy is wanted.
    private let choices: [(row: Int, groups: Set<Int>)]
    /// The pairs, by position in the lists above; empty unless their similarity is wanted.
    private let places: [(query: Int, candidate: Int)]

    /// - Parameter selection: The score to choose by.
    init(_ pairs: PairList, _ split: PairSplit, selection: TrainingSettings.Selection) {
        let validation = split.validation
        let xRows = Set(validation.map { pairs.xRows[$0] }).sorted()
        let yRows = Set(validation.map { pairs.yRows[$0] }).sorted()
        let xPositions = Dictionary(uniqueKeysWithValues: zip(xRows, 0...))
        let yPositions = Dictionary(uniqueKeysWithValues: zip(yRows, 0...))
        var places: [(query: Int, candidate: Int)] = []
        var groupsOfX = [Set<Int>](repeating: [], count: xRows.count)
        for pair in validation {
            guard let x = xPositions[pairs.xRows[pair]], let y = yPositions[pairs.yRows[pair]] else { continue }
            places.append((x, y))
            groupsOfX[x].insert(pairs.groups[pair])
        }
        var groupsOfY: [Int: Set<Int>] = [:]
        if selection == .classAccuracy {
            for pair in split.training + validation {
                groupsOfY[pairs.yRows[pair], default: []].insert(pairs.groups[pair])
            }
        }
        (self.xRows, self.yRows, self.groupsOfX) = (xRows, yRows, groupsOfX)
        rightOfX = Relevance(places, queryCount: xRows.count)
        rightOfY = Relevance(places.map { ($0.candidate, $0.query) }, queryCount: yRows.count)
        self.places = selection == .similarity ? places : []
        choices = groupsOfY.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    }

    /// Ranks as `evaluate retrieval` does; points that are not numbers find nothing.
    ///
    /// - Parameters:
    ///   - x: Rows of x → `[rows, channels]`, of length 1.
    ///   - y: Rows of y likewise.
    func score(x: ([Int]) -> Tensor, y: ([Int]) -> Tensor) -> ValidationScore {
        let xPoints = x(xRows), yPoints = y(yRows)
        let ranks = try? Self.ranks(xPoints, yPoints, rightOfX, rightOfY)
        let recalls = [1, 5, 10].flatMap { depth in
            [Self.recall(ranks?.forward ?? [], depth), Self.recall(ranks?.backward ?? [], depth)]
        }
        return ValidationScore(
            recallXToY: recalls[0], recallYToX: recalls[1], meanRecall: recalls.reduce(0, +) / Double(recalls.count),
            classAccuracy: choices.isEmpty ? nil : classAccuracy(x: xPoints, y: y),
            similarity: places.isEmpty ? nil : similarity(xPoints, yPoints))
    }

    private func similarity(_ x: Tensor, _ y: Tensor) -> Double {
        let channels = x.channels
        return x.withFloats { x in
            y.withFloats { y in
                places.reduce(0.0) { sum, place in
                    (0..<channels).reduce(sum) {
                        $0 + Double(x[place.query * channels + $1]) * Double(y[place.candidate * channels + $1])
                    }
                } / Double(places.count)
            }
        }
    }

    private static func recall(_ ranks: [Int], _ depth: Int) -> Double {
        Double(ranks.count { $0 <= depth }) / Double(max(1, ranks.count))
    }

    /// Throws `RetrievalError.notFinite`.
    private static func ranks(
        _ x: Tensor, _ y: Tensor, _ rightOfX: Relevance, _ rightOfY: Relevance
    ) throws -> (forward: [Int], backward: [Int]) {
        let x = try EmbeddedItems(x, source: "x", id: String.init),
            y = try EmbeddedItems(y, source: "y", id: String.init)
        return (try QueryRanks(of: x, among: y, rightOfX).best, try QueryRanks(of: y, among: x, rightOfY).best)
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
