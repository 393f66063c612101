import FilesOnDisk

/// A source's tensors with products of low rank added to some of them, each when it is read, so that a network takes them up
/// layer by layer.
package struct MergedTensors: TensorSource {
    /// `scale · up · down`, in the shape of the tensor that it is added to.
    package struct Delta: Sendable {
        let source: any TensorSource
        let down: String
        let up: String
        let scale: Float

        /// - Parameters:
        ///   - down: Of `source`: `[rank, …]` with as many elements an entry as the tensor has.
        ///   - up: Of `source`: `[outputs, rank]`, which may end in 1×1.
        package init(_ source: any TensorSource, down: String, up: String, scale: Float) {
            (self.source, self.down, self.up, self.scale) = (source, down, up, scale)
        }
    }

    private let base: any TensorSource
    private let deltas: [String: [Delta]]

    /// - Parameter deltas: By the name of the tensor that they are added to; their shapes fit it.
    package init(_ base: any TensorSource, adding deltas: [String: [Delta]]) {
        (self.base, self.deltas) = (base, deltas)
    }

    package var path: String { base.path }
    package var names: [String] { base.names }

    package func layout(of name: String) -> (dtype: DType, shape: [Int])? {
        base.layout(of: name).map { deltas[name] == nil ? $0 : (.float32, $0.shape) }
    }

    package func releasePages() {
        base.releasePages()
        let sources = deltas.values.joined().map { ($0.source.path, $0.source) }
        for source in Dictionary(sources, uniquingKeysWith: { first, _ in first }).values { source.releasePages() }
    }

    /// Returns the tensor, as f32 where something is added to it. Throws `TensorFileError`.
    package func tensor(_ name: String) throws -> Tensor {
        let tensor = try base.tensor(name)
        guard let deltas = deltas[name] else { return tensor }
        return try Tensor(shape: tensor.shape) { sum in
            tensor.float32().withFloats { _ = sum.update(fromContentsOf: $0) }
            for delta in deltas { try delta.add(to: sum) }
        }
    }
}

extension MergedTensors.Delta {
    fileprivate func add(to sum: UnsafeMutableBufferPointer<Float>) throws {
        let (down, up) = (try matrix(down), try matrix(up))
        up.withFloats { a in
            down.withFloats { b in
                guard let a = a.baseAddress, let b = b.baseAddress, let c = sum.baseAddress else { return }
                multiply(
                    false, false, m: up.rows, n: down.channels, k: down.rows, alpha: scale, a: a, lda: up.channels,
                    b: b, ldb: down.channels, beta: 1, c: c, ldc: down.channels)
            }
        }
    }

    private func matrix(_ name: String) throws -> Tensor {
        let tensor = try source.tensor(name)
        guard tensor.isFinite else { throw TensorFileError.notFinite(path: source.path, tensor: name) }
        return tensor.float32().reshaped([tensor.shape[0], tensor.count / tensor.shape[0]])
    }
}
