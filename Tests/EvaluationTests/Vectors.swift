import Foundation
import FuseMix
import LatentStore
import TensorCore

@testable import Evaluation

/// Random numbers that are the same every time (Steele, Lea and Flood's SplitMix64).
struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed >> 31)
    }

    mutating func tensor(_ rows: Int, _ channels: Int) -> Tensor {
        Tensor((0..<rows * channels).map { _ in Float.random(in: -1...1, using: &self) }, shape: [rows, channels])
    }
}

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
