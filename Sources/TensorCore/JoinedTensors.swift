/// The tensors of several sources, whose names differ, as one.
package struct JoinedTensors: TensorSource {
    private let sources: [any TensorSource]
    package let names: [String]

    package init(_ sources: [any TensorSource]) {
        (self.sources, names) = (sources, sources.flatMap(\.names))
    }

    package var path: String { sources.map(\.path).joined(separator: " with ") }

    package func layout(of name: String) -> (dtype: DType, shape: [Int])? {
        sources.lazy.compactMap { $0.layout(of: name) }.first
    }

    package func tensor(_ name: String) throws -> Tensor {
        guard let source = sources.first(where: { $0.layout(of: name) != nil }) else {
            throw TensorFileError.missing(path: path, tensor: name)
        }
        return try source.tensor(name)
    }
}
