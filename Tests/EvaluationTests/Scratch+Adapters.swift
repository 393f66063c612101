import Foundation
import FuseMix
import LatentStore
import TensorCore
import TestSupport

@testable import Evaluation

extension Scratch {
    /// Adapters of two linear maps, random but for the seed, as a component's folder.
    func writeAdapters(
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
        let folder = url(name)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try AdapterComponent(configuration: configuration, tensors: tensors).write(to: folder)
        return folder
    }
}

/// The checkout's models.
enum Installed {
    static let models = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "Models")
    static let samples = models.deletingLastPathComponent().appending(path: "Samples")
}
