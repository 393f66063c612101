import TensorCore

/// Where each trained tensor lies in the one buffer that holds them all, so that the optimiser and checkpoints see
/// one run of numbers.
struct ParameterLayout: Sendable {
    struct Entry: Sendable {
        let name: String
        let shape: [Int]
        /// Floats before it in the buffer.
        let offset: Int

        var count: Int { shape.reduce(1, *) }
    }

    let entries: [Entry]
    /// Floats of the buffer, gaps included.
    let count: Int
    private let offsets: [String: Int]

    /// The tensors one after another, each beginning on a cache line.
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

    /// The offset of a tensor that the layout was made with.
    func offset(_ name: String) -> Int {
        guard let offset = offsets[name] else { preconditionFailure("no parameter \(name)") }
        return offset
    }
}
