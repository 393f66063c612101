import FilesOnDisk
import Foundation
import TensorCore

/// Two adapters into one space, loaded from a component on disk or in memory.
public struct AdapterPair: Sendable {
    public let configuration: AdapterConfiguration
    public let x: Adapter
    public let y: Adapter

    /// Reads `config.json` and `model.safetensors` of a component's folder. Throws `FileContentError` or
    /// `TensorFileError`, naming the file and what was expected of it.
    public init(contentsOf folder: URL, precision: Precision = .float32) throws {
        let configuration = try AdapterConfiguration(contentsOf: folder.appending(path: AdapterComponent.configuration))
        self = try WeightReader.read(folder.appending(path: AdapterComponent.weights)) {
            try AdapterPair(configuration, reader: $0, precision: precision)
        }
    }

    /// Makes the adapters of a component in memory. Throws `TensorFileError` as a file that lacks a tensor would.
    public init(_ component: AdapterComponent, precision: Precision = .float32) throws {
        let tensors = Dictionary(uniqueKeysWithValues: component.tensors.map { ($0.name, $0.tensor) })
        let reader = WeightReader { name, _ in
            guard let tensor = tensors[name] else { throw TensorFileError.missing(path: "memory", tensor: name) }
            return tensor
        }
        try self.init(component.configuration, reader: reader, precision: precision)
    }

    private init(_ configuration: AdapterConfiguration, reader: WeightReader, precision: Precision) throws {
        self.configuration = configuration
        x = try Adapter(
            configuration.x, outputSize: configuration.outputSize, side: "x", reader: reader, precision: precision)
        y = try Adapter(
            configuration.y, outputSize: configuration.outputSize, side: "y", reader: reader, precision: precision)
    }
}
