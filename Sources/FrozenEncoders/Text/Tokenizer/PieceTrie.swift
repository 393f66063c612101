/// Pieces by their bytes, so that all that begin at a place of a text are found in one go.
struct PieceTrie: Sendable {
    /// Of each node, its children by the node's number and the byte.
    private var children: [UInt64: Int32] = [:]
    /// The piece that ends at each node, or −1.
    private var ends: [Int32] = [-1]

    /// Adds a piece; of equal ones the last counts.
    mutating func insert(_ piece: some Sequence<UInt8>, id: Int) {
        var node = 0
        for byte in piece {
            let key = UInt64(node) << 8 | UInt64(byte)
            if let next = children[key] {
                node = Int(next)
            } else {
                children[key] = Int32(ends.count)
                node = ends.count
                ends.append(-1)
            }
        }
        ends[node] = Int32(id)
    }

    /// Calls `body` with the id and the end of every piece that begins at `start`, the shortest first.
    func forEachPiece(in bytes: [UInt8], from start: Int, _ body: (_ id: Int, _ end: Int) -> Void) {
        var node = 0
        for index in start..<bytes.count {
            guard let next = children[UInt64(node) << 8 | UInt64(bytes[index])] else { return }
            node = Int(next)
            if ends[node] >= 0 { body(Int(ends[node]), index + 1) }
        }
    }
}
