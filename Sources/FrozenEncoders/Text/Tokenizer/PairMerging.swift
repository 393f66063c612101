/// Joins neighbours of a row as byte-pair encoding does (Sennrich et al., arXiv 1508.07909): the pair of the least rank first,
/// of equal ones the leftmost, until no pair has a rank.
enum PairMerging {
    /// - Parameters:
    ///   - symbols: None of them negative.
    ///   - merge: The rank of two neighbours, from 0 to 2³⁰, and what they become; nil where they stay two.
    /// - Returns: What is left of the symbols, in time that grows with n · log n.
    static func merged(
        _ symbols: [Int], by merge: (_ left: Int, _ right: Int) -> (rank: Int, symbol: Int)?
    ) -> [Int] {
        guard !symbols.isEmpty else { return [] }
        // A joined place is −1.
        var symbols = symbols
        // Places of what is still joined to what.
        var next = Array(1...symbols.count), previous = Array(-1..<symbols.count - 1)
        var queue = LeastFirst()
        func joined(at place: Int) -> (rank: Int, symbol: Int)? {
            guard place >= 0, symbols[place] >= 0, next[place] < symbols.count else { return nil }
            return merge(symbols[place], symbols[next[place]])
        }
        func propose(_ place: Int) {
            if let rank = joined(at: place)?.rank { queue.insert(rank << 32 | place) }
        }
        symbols.indices.forEach(propose)
        while let first = queue.removeLeast() {
            let place = first & 0xFFFF_FFFF
            // What was proposed may have been joined meanwhile.
            guard let merged = joined(at: place), merged.rank == first >> 32 else { continue }
            let other = next[place]
            (symbols[place], symbols[other]) = (merged.symbol, -1)
            next[place] = next[other]
            if next[place] < symbols.count { previous[next[place]] = place }
            propose(previous[place])
            propose(place)
        }
        return symbols.filter { $0 >= 0 }
    }
}

/// Numbers of which the least comes out first: a binary heap.
private struct LeastFirst {
    private var heap: [Int] = []

    mutating func insert(_ number: Int) {
        heap.append(number)
        var child = heap.count - 1
        while child > 0, heap[child] < heap[(child - 1) / 2] {
            heap.swapAt(child, (child - 1) / 2)
            child = (child - 1) / 2
        }
    }

    mutating func removeLeast() -> Int? {
        guard let least = heap.first else { return nil }
        let last = heap.removeLast()
        guard !heap.isEmpty else { return least }
        heap[0] = last
        var parent = 0
        while let child = (2 * parent + 1...2 * parent + 2).filter(heap.indices.contains).min(by: {
            heap[$0] < heap[$1]
        }),
            heap[child] < heap[parent]
        {
            heap.swapAt(child, parent)
            parent = child
        }
        return least
    }
}
