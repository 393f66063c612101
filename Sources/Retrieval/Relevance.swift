/// The right candidates for each query.
public struct Relevance: Sendable {
    /// Right candidates of query `q`, ascending, are `candidates[offsets[q]..<offsets[q + 1]]`.
    private let offsets: [Int]
    private let candidates: [Int]

    /// Takes pairs; a repeated pair counts once.
    public init(_ pairs: [(query: Int, candidate: Int)], queryCount: Int) {
        var offsets = [0]
        var candidates: [Int] = []
        var next = 0
        let sorted = pairs.sorted { ($0.query, $0.candidate) < ($1.query, $1.candidate) }
        for query in 0..<queryCount {
            let first = candidates.count
            while next < sorted.count, sorted[next].query == query {
                if candidates.count == first || candidates.last != sorted[next].candidate {
                    candidates.append(sorted[next].candidate)
                }
                next += 1
            }
            offsets.append(candidates.count)
        }
        (self.offsets, self.candidates) = (offsets, candidates)
    }

    func candidates(of query: Int) -> ArraySlice<Int> { candidates[offsets[query]..<offsets[query + 1]] }

    /// Searches by bisection.
    func contains(_ candidate: Int, of query: Int) -> Bool {
        var (low, high) = (offsets[query], offsets[query + 1])
        while low < high {
            let middle = (low + high) / 2
            if candidates[middle] < candidate { low = middle + 1 } else { high = middle }
        }
        return low < offsets[query + 1] && candidates[low] == candidate
    }
}
