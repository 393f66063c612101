import Foundation
import FuseMix

extension TemporaryFolder {
    /// Writes a component of two linear adapters, with random weights from a seed.
    public func writeAdapters(
        _ name: String, x: (encoder: String, size: Int), y: (encoder: String, size: Int), output: Int = 6,
        seed: UInt64 = 1
    ) throws -> URL {
        let configuration = AdapterConfiguration(
            xEncoder: x.encoder, yEncoder: y.encoder, outputSize: output,
            x: TowerConfiguration(inputSize: x.size, kind: .linear),
            y: TowerConfiguration(inputSize: y.size, kind: .linear))
        var random = SplitMix(state: seed)
        let tensors = AdapterComponent.layout(configuration).map { name, shape in
            (name, random.tensor(1, shape.reduce(1, *)).reshaped(shape))
        }
        let folder = try makeFolder(name)
        try AdapterComponent(configuration: configuration, tensors: tensors).write(to: folder)
        return folder
    }
}
