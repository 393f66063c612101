import Foundation
import TensorCore

/// A Stable Diffusion model of the fixtures with synthetic weights.
public struct StandIn: Sendable {
    public static let fixtures = Checkout.root.appending(path: "Tests/SoundBridgeTests/Fixtures/pipelines")

    private let name: String

    public init(_ name: String) { self.name = name }

    /// Writes the model's folder and returns it.
    public func write(to scratch: TemporaryFolder) throws -> URL {
        let (source, folder) = (Self.fixtures.appending(path: name), scratch.url(name))
        try FileManager.default.copyItem(at: source, to: folder)
        let shapes = try JSONDecoder().decode(
            [String: [String: [Int]]].self, from: Data(contentsOf: source.appending(path: "shapes.json")))
        for (part, shapes) in shapes {
            let stem = part.hasPrefix("text") ? "model" : "diffusion_pytorch_model"
            try SafetensorsFile.write(
                shapes.map { (name: $0.key, tensor: SyntheticTensors.weight($0.key, $0.value)) },
                to: folder.appending(path: "\(part)/\(stem).safetensors"))
            guard part.hasPrefix("text") else { continue }
            let tokenizer = part.replacing("text_encoder", with: "tokenizer")
            try FileManager.default.copyItem(
                at: Self.fixtures.appending(path: tokenizer), to: folder.appending(path: tokenizer))
        }
        return folder
    }
}
