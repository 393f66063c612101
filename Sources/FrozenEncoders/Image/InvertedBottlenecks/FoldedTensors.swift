import Foundation
import TensorCore

/// Convolutions with the batch normalisation that follows each folded into their weights and biases (Ioffe and Szegedy, arXiv
/// 1502.03167), under the names that a network reads.
struct FoldedTensors: TensorSource {
    /// Where a convolution lies in the source: its weight, and what its normalisation is called.
    struct Origin: Sendable {
        let weight: String
        let normalization: String

        /// Of the normalisation, but for a count of batches, which nothing needs.
        var names: [String] { [weight] + ["weight", "bias", "running_mean", "running_var"].map(part) }
        func part(_ name: String) -> String { "\(normalization).\(name)" }
    }

    private let source: any TensorSource
    private let origins: [String: Origin]
    private let epsilon: Float

    var path: String { source.path }
    let names: [String]

    /// - Parameters:
    ///   - origins: By the new name of each convolution. Tensors of the source that none of them takes keep their names.
    ///   - epsilon: Added to the variances.
    init(_ source: any TensorSource, origins: [String: Origin], epsilon: Float) {
        let held = Set(source.names)
        // A convolution of which something is missing is told of by its own names.
        let whole = origins.filter { $0.value.names.allSatisfy(held.contains) }
        let taken = Set(whole.values.flatMap(\.names))
        (self.source, self.origins, self.epsilon) = (source, whole, epsilon)
        names =
            source.names.filter { !taken.contains($0) && !$0.hasSuffix(".num_batches_tracked") }
            + whole.keys.flatMap { ["\($0).weight", "\($0).bias"] }
    }

    func layout(of name: String) -> (dtype: DType, shape: [Int])? {
        guard let (origin, isBias) = origin(of: name) else { return source.layout(of: name) }
        let shape = source.layout(of: origin.weight)?.shape ?? []
        return (.float32, isBias ? Array(shape.prefix(1)) : shape)
    }

    func releasePages() { source.releasePages() }

    func tensor(_ name: String) throws -> Tensor {
        guard let (origin, isBias) = origin(of: name) else { return try source.tensor(name) }
        let weight = try source.tensor(origin.weight).float32()
        let outputs = weight.shape.first ?? 0
        func channels(_ part: String) throws -> [Float] {
            try source.tensor(origin.part(part), shape: [outputs]).floats
        }
        let (gain, variance) = (try channels("weight"), try channels("running_var"))
        let factors = zip(gain, variance).map { $0 / ($1 + epsilon).squareRoot() }
        if isBias {
            let (bias, mean) = (try channels("bias"), try channels("running_mean"))
            return Tensor((0..<outputs).map { bias[$0] - mean[$0] * factors[$0] }, shape: [outputs])
        }
        let length = outputs == 0 ? 1 : weight.count / outputs
        return Tensor(shape: weight.shape) { folded in
            weight.withFloats { weight in
                for index in folded.indices { folded[index] = weight[index] * factors[index / length] }
            }
        }
    }

    private func origin(of name: String) -> (Origin, isBias: Bool)? {
        for (ending, isBias) in [(".weight", false), (".bias", true)] where name.hasSuffix(ending) {
            if let origin = origins[String(name.dropLast(ending.count))] { return (origin, isBias) }
        }
        return nil
    }
}
