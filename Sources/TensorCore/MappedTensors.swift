import FilesOnDisk

/// Tensors of another source under other names, whole or in parts, so that a network reads one layout whatever the
/// file's is.
package struct MappedTensors: TensorSource {
    /// Where a tensor comes from.
    package struct Origin: Sendable {
        package let name: String
        /// Entries of the leading axis; nil for all.
        package let rows: Range<Int>?
        /// Whether it is a matrix to be transposed.
        package let isTransposed: Bool
        /// Whether the weight of a 1×1 convolution, if it is one, becomes that of a linear layer.
        package let isPointwise: Bool

        package init(
            _ name: String, rows: Range<Int>? = nil, isTransposed: Bool = false, isPointwise: Bool = false
        ) {
            (self.name, self.rows, self.isTransposed, self.isPointwise) = (name, rows, isTransposed, isPointwise)
        }
    }

    private let source: any TensorSource
    private let origins: [String: Origin]

    package var path: String { source.path }
    package let names: [String]

    /// - Parameter map: Returns the new names that a tensor of `source` stands behind, with the part that each takes; none
    ///   for a tensor that is left out. A part that its tensor has not is left out too.
    package init(
        _ source: any TensorSource, _ map: (_ name: String, _ shape: [Int]) -> [(name: String, origin: Origin)]
    ) {
        self.source = source
        var origins: [String: Origin] = [:]
        var names: [String] = []
        for name in source.names {
            for (new, origin) in map(name, source.layout(of: name)?.shape ?? []) {
                if origins.updateValue(origin, forKey: new) == nil { names.append(new) }
            }
        }
        (self.origins, self.names) = (origins, names)
    }

    package func layout(of name: String) -> (dtype: DType, shape: [Int])? {
        guard let origin = origins[name], let (dtype, shape) = source.layout(of: origin.name) else { return nil }
        if origin.isTransposed { return shape.count == 2 ? (.float32, shape.reversed()) : nil }
        if origin.isPointwise { return (dtype, shape.count == 4 && shape[2...] == [1, 1] ? shape.dropLast(2) : shape) }
        guard let rows = origin.rows else { return (dtype, shape) }
        return rows.upperBound <= shape.first ?? 0 ? (dtype, [rows.count] + shape.dropFirst()) : nil
    }

    package func releasePages() { source.releasePages() }

    package func tensor(_ name: String) throws -> Tensor {
        guard let origin = origins[name] else { throw TensorFileError.missing(path: path, tensor: name) }
        let whole = try source.tensor(origin.name)
        guard let shape = layout(of: name)?.shape else {
            throw TensorFileError.malformed(
                path: path, reason: "tensor “\(origin.name.onOneLine)” has the impossible shape \(whole.shape)")
        }
        if origin.isTransposed { return whole.float32().transposed() }
        if origin.isPointwise { return whole.reshaped(shape) }
        return origin.rows.map(whole.items) ?? whole
    }
}
