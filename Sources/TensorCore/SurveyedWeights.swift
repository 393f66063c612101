import FilesOnDisk

/// A source's tensors for a network that is built to its end even where some are unfit, so that all of these can be told
/// at once: zeros stand in for them.
final class SurveyedWeights {
    /// Fault of one tensor.
    enum Fault {
        case missing(String)
        case unexpectedShape(String, found: [Int], expected: [Int])
        case notFinite(String)
        case unexpected(String)
    }

    /// Thrown where the zeros would take more memory than the source's own tensors.
    struct Full: Error {}

    private let source: any TensorSource
    private var faults: [Fault] = []
    private var bytesLeft: Int

    init(_ source: some TensorSource) {
        self.source = source
        bytesLeft = source.names.reduce(0) { sum, name in
            sum + (source.layout(of: name).flatMap { $0.dtype.byteCount(of: $0.shape) } ?? 0)
        }
    }

    var areFit: Bool { faults.isEmpty }

    func add(_ faults: [Fault]) { self.faults += faults }

    /// Returns the tensor, or zeros in its place. Throws `Full`, and `TensorFileError` for a tensor that cannot be read.
    func tensor(_ name: String, shape: [Int]) throws -> Tensor {
        do {
            let tensor = try source.tensor(name, shape: shape)
            if tensor.isFinite { return tensor }
            faults.append(.notFinite(name))
        } catch TensorFileError.missing {
            faults.append(.missing(name))
        } catch TensorFileError.unexpectedShape(_, _, let found, let expected) {
            faults.append(.unexpectedShape(name, found: found, expected: expected))
        }
        guard let bytes = DType.float32.byteCount(of: shape), bytes <= bytesLeft else { throw Full() }
        bytesLeft -= bytes
        return Tensor(zeros: shape)
    }

    /// - Parameter isComplete: Whether every tensor of the network was asked for.
    func error(isComplete: Bool) -> any Error {
        let path = source.path
        guard isComplete, faults.count == 1 else {
            return TensorFileError.unfit(
                path: path, faults: faults.prefix(10).map(\.phrase), count: faults.count, isComplete: isComplete)
        }
        switch faults[0] {
        case .missing(let name): return TensorFileError.missing(path: path, tensor: name)
        case .unexpectedShape(let name, let found, let expected):
            return TensorFileError.unexpectedShape(path: path, tensor: name, found: found, expected: expected)
        case .notFinite(let name): return TensorFileError.notFinite(path: path, tensor: name)
        case .unexpected(let name):
            return FileContentError.unsuitable(
                file: path, found: "the tensor “\(name.onOneLine)”",
                expected: "only those of the network of its config.json")
        }
    }
}

extension SurveyedWeights.Fault {
    fileprivate var phrase: String {
        switch self {
        case .missing(let name): "“\(name.onOneLine)” is missing"
        case .unexpectedShape(let name, let found, let expected):
            "“\(name.onOneLine)” has shape \(found), not \(expected)"
        case .notFinite(let name): "“\(name.onOneLine)” holds numbers that are not finite"
        case .unexpected(let name): "“\(name.onOneLine)” has no place in it"
        }
    }
}
