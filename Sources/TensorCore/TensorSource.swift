import FilesOnDisk

/// Tensors by name, wherever they lie: a file, several files, another source under other names.
package protocol TensorSource: Sendable {
    /// Name in errors: the path of the file.
    var path: String { get }
    /// Every name once.
    var names: [String] { get }

    /// The element type and shape of a tensor; nil where there is none of that name, or its type is unknown.
    func layout(of name: String) -> (dtype: DType, shape: [Int])?

    /// Returns the tensor as it is stored, if possible without a copy. Throws `TensorFileError`.
    func tensor(_ name: String) throws -> Tensor

    /// Lets go of the memory of what was read from files so far, where tensors lie there without a copy; they stay valid.
    func releasePages()
}

extension TensorSource {
    package func releasePages() {}

    /// Returns the tensor as it is stored, its shape checked. Throws `TensorFileError`.
    package func tensor(_ name: String, shape: [Int]) throws -> Tensor {
        let tensor = try tensor(name)
        guard tensor.shape == shape else {
            throw TensorFileError.unexpectedShape(path: path, tensor: name, found: tensor.shape, expected: shape)
        }
        return tensor
    }
}
