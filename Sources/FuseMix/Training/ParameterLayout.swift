/// The position of each trained tensor in the one buffer of all of them, so that the optimiser and checkpoints see one
/// run of numbers.
struct ParameterLayout: Sendable {
    struct Entry: Sendable {
        let name: String
        let shape: [Int]
        /// Offset in the buffer, in floats.
        let offset: Int

        var count: Int { shape.reduce(1, *) }
    }

    let entries: [Entry]
    /// Size of the buffer in floats, gaps included.
    let count: Int
    private let offsets: [String: Int]

    /// Lays out the tensors one after another, each starting on a cache line.
    init(_ tensors: [(name: String, shape: [Int])]) {
        var end = 0
        entries = tensors.map { tensor in
            let entry = Entry(name: tensor.name, shape: tensor.shape, offset: end)
            end += (entry.count + 15) / 16 * 16
            return entry
        }
        count = end
        offsets = Dictionary(uniqueKeysWithValues: entries.map { ($0.name, $0.offset) })
    }

    /// The offset of a tensor in the layout.
    func offset(_ name: String) -> Int {
        guard let offset = offsets[name] else { preconditionFailure("no parameter \(name)") }
        return offset
    }
}
