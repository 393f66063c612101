import FilesOnDisk
import Foundation

/// Hands a network its weights, each by name and expected shape, and checks that none is left over.
///
/// A leftover tensor means that the configuration describes another network than the file does, for example one with
/// fewer layers.
package final class WeightReader {
    private let lookup: (_ name: String, _ shape: [Int]) throws -> Tensor
    private var taken: Set<String> = []

    /// - Parameter lookup: Returns the tensor of that name; throws when there is none of that shape.
    package init(lookup: @escaping (_ name: String, _ shape: [Int]) throws -> Tensor) {
        self.lookup = lookup
    }

    /// Builds something from a safetensors file that holds its weights and nothing else except `dispensable` tensors.
    /// Throws `TensorFileError`, `FileContentError` and what `build` throws.
    package static func read<Network>(
        _ url: URL, dispensable: Set<String> = [], _ build: (WeightReader) throws -> Network
    ) throws -> Network {
        try read(SafetensorsFile(contentsOf: url), dispensable: dispensable, build)
    }

    /// Builds something from a source that holds its weights and nothing else except `dispensable` tensors. Throws
    /// `TensorFileError`, `FileContentError` and what `build` throws.
    package static func read<Network>(
        _ source: some TensorSource, dispensable: Set<String> = [], _ build: (WeightReader) throws -> Network
    ) throws -> Network {
        let reader = WeightReader { try source.tensor($0, shape: $1) }
        let network = try build(reader)
        if let name = Set(source.names).subtracting(reader.taken).subtracting(dispensable).min() {
            throw FileContentError.unsuitable(
                file: source.path, found: "the tensor “\(name.onOneLine)”",
                expected: "only those of the network of its config.json")
        }
        return network
    }

    /// Returns the tensor as it is stored. Throws `TensorFileError`, as all the following do.
    package func tensor(_ name: String, _ shape: [Int]) throws -> Tensor {
        taken.insert(name)
        return try lookup(name, shape)
    }

    package func linear(
        _ name: String, _ inputs: Int, _ outputs: Int, hasBias: Bool = true, activation: Activation = .none,
        _ precision: Precision
    ) throws -> Linear {
        Linear(
            weight: try tensor(name + ".weight", [outputs, inputs]),
            bias: hasBias ? try tensor(name + ".bias", [outputs]) : nil, activation: activation, precision: precision)
    }

    /// A 3×3 convolution with a border of one pixel.
    package func convolution(
        _ name: String, _ inputs: Int, _ outputs: Int, stride: Int = 1, _ precision: Precision
    ) throws -> Convolution2D {
        Convolution2D(
            weight: try tensor(name + ".weight", [outputs, inputs, 3, 3]),
            bias: try tensor(name + ".bias", [outputs]),
            stride: stride, padding: .all(1), precision: precision)
    }

    package func layerNorm(_ name: String, _ size: Int, epsilon: Float) throws -> LayerNorm {
        LayerNorm(
            weight: try tensor(name + ".weight", [size]), bias: try tensor(name + ".bias", [size]), epsilon: epsilon)
    }

    package func rmsNorm(_ name: String, _ size: Int, epsilon: Float) throws -> RMSNorm {
        RMSNorm(weight: try tensor(name + ".weight", [size]), epsilon: epsilon)
    }

    /// Group normalisation, usually followed by SiLU.
    package func groupNorm(
        _ name: String, _ channels: Int, groups: Int, epsilon: Float, activation: Activation = .silu
    ) throws -> GroupNorm {
        GroupNorm(
            groups: groups, weight: try tensor(name + ".weight", [channels]),
            bias: try tensor(name + ".bias", [channels]), epsilon: epsilon, activation: activation)
    }
}
