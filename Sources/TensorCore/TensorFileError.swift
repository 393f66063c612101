import FilesOnDisk

/// What can be wrong with a file of tensors; each case reads as one sentence.
public enum TensorFileError: DescribedError, Equatable {
    case unreadable(path: String, reason: String)
    case malformed(path: String, reason: String)
    case missing(path: String, tensor: String)
    case unexpectedShape(path: String, tensor: String, found: [Int], expected: [Int])
    case unwritable(path: String, reason: String)

    public var description: String {
        switch self {
        case .unreadable(let path, let reason):
            "\(path) cannot be read as a safetensors file: \(reason)."
        case .malformed(let path, let reason):
            "\(path) is not a valid safetensors file: \(reason)."
        case .missing(let path, let tensor):
            "\(path) holds no tensor “\(tensor.onOneLine)”, which the model expects."
        case .unexpectedShape(let path, let tensor, let found, let expected):
            "Tensor “\(tensor.onOneLine)” in \(path) has shape \(found), but \(expected) was expected."
        case .unwritable(let path, let reason):
            "\(path) cannot be written: \(reason)."
        }
    }
}
