import Foundation
import TensorCore

/// A pair of adapters in the form of a component's folder: configuration and weights.
public struct AdapterComponent: Sendable {
    static let configuration = "config.json"
    static let weights = "model.safetensors"
    /// Names of the component's files.
    static let files = [configuration, weights]

    public let configuration: AdapterConfiguration
    /// `x.…` and `y.…`, in the order of the configuration's layers.
    public let tensors: [(name: String, tensor: Tensor)]

    /// Makes a component. `tensors` holds every tensor of the two towers and no other, each of its shape; anything else
    /// is a programming error.
    public init(configuration: AdapterConfiguration, tensors: [(name: String, tensor: Tensor)]) {
        let expected = Self.layout(configuration)
        precondition(
            tensors.map(\.name) == expected.map(\.name) && tensors.map(\.tensor.shape) == expected.map(\.shape),
            "tensors that do not fit the configuration")
        (self.configuration, self.tensors) = (configuration, tensors)
    }

    /// Names and shapes of both towers' tensors, in the order of writing.
    public static func layout(_ configuration: AdapterConfiguration) -> [(name: String, shape: [Int])] {
        [("x", configuration.x), ("y", configuration.y)].flatMap { side, tower in
            tower.tensors(outputSize: configuration.outputSize).map { ("\(side).\($0.name)", $0.shape) }
        }
    }

    /// Returns the component with every weight rounded to half precision.
    public func rounded() -> AdapterComponent {
        AdapterComponent(configuration: configuration, tensors: tensors.map { ($0.name, $0.tensor.float16()) })
    }

    /// Writes `config.json` and `model.safetensors` into an existing folder. Throws `TensorFileError.unwritable`.
    public func write(to folder: URL) throws {
        try SafetensorsFile.write(tensors, to: folder.appending(path: Self.weights))
        let file = folder.appending(path: Self.configuration)
        do {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
            try (encoder.encode(configuration) + Data("\n".utf8)).write(to: file, options: .atomic)
        } catch {
            throw TensorFileError.unwritable(path: file.path(percentEncoded: false), reason: "\(error)")
        }
    }
}
