import TensorCore

extension MappedTensors {
    /// The tensors of a source of which some names begin otherwise than a network reads them. The first prefix that fits is
    /// replaced, or the tensor left out where there is no replacement, as it belongs to something else.
    init(_ source: any TensorSource, prefixes: [(prefix: String, replacement: String?)]) {
        self.init(source) { name, _ in
            guard let found = prefixes.first(where: { name.hasPrefix($0.prefix) }) else { return [(name, .init(name))] }
            return found.replacement.map { [($0 + name.dropFirst(found.prefix.count), .init(name))] } ?? []
        }
    }
}
