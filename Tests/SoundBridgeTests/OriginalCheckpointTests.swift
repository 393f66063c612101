import FilesOnDisk
import Foundation
import TensorCore
import TestSupport
import Testing

@testable import LatentDiffusion
@testable import SoundBridge

/// Names of single files against diffusers' own conversion.
struct OriginalCheckpointTests {
    /// Shapes without numbers.
    private struct Shapes: TensorSource {
        let path = "model.safetensors"
        let shapes: [String: [Int]]
        var names: [String] { shapes.keys.sorted() }

        func layout(of name: String) -> (dtype: DType, shape: [Int])? { shapes[name].map { (.float16, $0) } }

        func tensor(_ name: String) throws -> Tensor {
            guard let shape = shapes[name] else { throw TensorFileError.missing(path: path, tensor: name) }
            return Tensor(zeros: shape)
        }
    }

    /// Of each original name the one that diffusers converts it to, and the shape.
    private func table(_ name: String) throws -> [String: (new: String, shape: [Int])] {
        let file = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "Fixtures/original/\(name)-unet.json")
        let object = try JSONSerialization.jsonObject(with: Data(contentsOf: file)) as? [String: [Any]]
        return try #require(object).mapValues { entry in
            (try #require(entry[0] as? String), try #require(entry[1] as? [Int]))
        }
    }

    @Test(arguments: ["sd1", "sd2", "xl"]) func namesAreThoseOfDiffusers(name: String) throws {
        let table = try table(name)
        let source = Shapes(shapes: table.mapValues(\.shape))
        let configuration = try #require(UNetConfiguration(original: source))
        let mapped = UNetNames.original(source, configuration)
        #expect(Set(mapped.names) == Set(table.values.map(\.new)))
        for (new, shape) in table.values { #expect(mapped.layout(of: new)?.shape == shape, "\(new)") }
    }

    /// The network that the shapes imply takes every tensor and no other.
    @Test(arguments: ["sd1", "sd2", "xl"]) func shapesImplyTheNetwork(name: String) throws {
        let source = Shapes(shapes: try table(name).mapValues(\.shape))
        let configuration = try #require(UNetConfiguration(original: source))
        _ = try UNet(configuration, UNetNames.original(source, configuration), precision: .float32)
    }
}
