import FilesOnDisk
import Foundation

/// Hands a network its weights, each by name and expected shape, and checks that none is left over.
///
/// A leftover tensor means that the configuration describes another network than the file does, for example one with
/// fewer layers.
package final class WeightReader {
    private let lookup: (_ name: String, _ shape: [Int]) throws -> Tensor
    private var taken: Set<String> = []

    /// Bytes of a file that may stay in memory while it is read.
    private static let mostResident = 1 << 27

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

    /// Builds something from a source that holds its weights, all finite, and nothing else except `dispensable` tensors.
    /// Throws `TensorFileError`, `FileContentError` and what `build` throws; one error tells of every unfit tensor.
    package static func read<Network>(
        _ source: some TensorSource, dispensable: Set<String> = [], _ build: (WeightReader) throws -> Network
    ) throws -> Network {
        let weights = SurveyedWeights(source)
        // Weights are packed layer by layer, so what they were packed from need not stay.
        var bytes = 0
        let reader = WeightReader { name, shape in
            let tensor = try weights.tensor(name, shape: shape)
            bytes += tensor.count * tensor.dtype.size
            if bytes > Self.mostResident {
                source.releasePages()
                bytes = 0
            }
            return tensor
        }
        defer { source.releasePages() }
        let network: Network
        do { network = try build(reader) } catch is SurveyedWeights.Full { throw weights.error(isComplete: false) }
        let left = Set(source.names).subtracting(reader.taken).subtracting(dispensable)
        weights.add(left.sorted().map { .unexpected($0) })
        guard weights.areFit else { throw weights.error(isComplete: true) }
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

    /// A convolution of an odd kernel, whose border keeps the size at stride 1 unless `padding` says otherwise.
    package func convolution(
        _ name: String, _ inputs: Int, _ outputs: Int, kernel: Int = 3, stride: Int = 1,
        padding: Convolution2D.Padding? = nil, hasBias: Bool = true, activation: Activation = .none,
        _ precision: Precision
    ) throws -> Convolution2D {
        Convolution2D(
            weight: try tensor(name + ".weight", [outputs, inputs, kernel, kernel]),
            bias: hasBias ? try tensor(name + ".bias", [outputs]) : nil,
            stride: stride, padding: padding ?? .all(kernel / 2), activation: activation, precision: precision)
    }

    /// A 3×3 convolution over pictures enlarged twofold.
    package func upsamplingConvolution(
        _ name: String, _ channels: Int, hasBias: Bool = true, _ precision: Precision
    ) throws -> UpsamplingConvolution {
        UpsamplingConvolution(
            weight: try tensor(name + ".weight", [channels, channels, 3, 3]),
            bias: hasBias ? try tensor(name + ".bias", [channels]) : nil, precision: precision)
    }

    package func layerNorm(_ name: String, _ size: Int, epsilon: Float) throws -> LayerNorm {
        LayerNorm(
            weight: try tensor(name + ".weight", [size]), bias: try tensor(name + ".bias", [size]), epsilon: epsilon)
    }

    package func rmsNorm(_ name: String, _ size: Int, epsilon: Float) throws -> RMSNorm {
        RMSNorm(weight: try tensor(name + ".weight", [size]), epsilon: epsilon)
    }

    /// Group normalisation followed by SiLU, or what `activation` says.
    package func groupNorm(
        _ name: String, _ channels: Int, groups: Int, epsilon: Float, activation: Activation = .silu
    ) throws -> GroupNorm {
        GroupNorm(
            groups: groups, weight: try tensor(name + ".weight", [channels]),
            bias: try tensor(name + ".bias", [channels]), epsilon: epsilon, activation: activation)
    }
}
