import Foundation
import FuseMix
import LatentStore
import TensorCore

extension Scratch {
    func write(_ name: String, _ text: String) throws {
        try Data(text.utf8).write(to: url.appending(path: name))
    }

    func writeLatents(
        _ name: String, _ rows: [[Float]], ids: [String], metadata: [String: String] = [:]
    ) throws {
        let vectors = Tensor(rows.flatMap(\.self), shape: [rows.count, rows[0].count])
        try LatentSet(ids: ids, vectors: vectors, metadata: metadata).write(to: url.appending(path: name))
    }

    /// Adapters of two linear maps whose weights are a wave: as good as random, and the same every time.
    func writeAdapters(_ name: String, x: (encoder: String, size: Int), y: (encoder: String, size: Int)) throws -> URL {
        let configuration = AdapterConfiguration(
            xEncoder: x.encoder, yEncoder: y.encoder, outputSize: 8,
            x: TowerConfiguration(inputSize: x.size, kind: .linear),
            y: TowerConfiguration(inputSize: y.size, kind: .linear))
        let tensors = AdapterComponent.layout(configuration).map { name, shape in
            let count = shape.reduce(1, *)
            return (name, Tensor((0..<count).map { Float(sin(Double($0 * $0 % 1009))) }, shape: shape))
        }
        let folder = url.appending(path: name)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try AdapterComponent(configuration: configuration, tensors: tensors).write(to: folder)
        return folder
    }
}
