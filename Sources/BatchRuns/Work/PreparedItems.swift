/// The items of a run in their order, prepared by a pool's threads a little ahead of their use.
struct PreparedItems {
    private var coming: ArraySlice<RunItem>
    private var begun: [PendingResult<PreparedItem>] = []
    private let depth: Int
    private let pool: WorkerPool
    private let preparation: ItemPreparation

    /// - Parameter depth: items that are being prepared or wait for their use; bounds the memory.
    init(_ preparation: ItemPreparation, depth: Int, on pool: WorkerPool) {
        (self.preparation, self.depth, self.pool) = (preparation, depth, pool)
        coming = preparation.plan.items[...]
    }

    /// Nil after the last.
    nonisolated(nonsending) mutating func next() async -> PreparedItem? {
        while begun.count < depth, let item = coming.popFirst() {
            begun.append(pool.start { [preparation] in preparation(item) })
        }
        return begun.isEmpty ? nil : await begun.removeFirst().value()
    }
}
