import FilesOnDisk
import Foundation
import TensorCore
import TestSupport
import Testing

@testable import LatentDiffusion

/// Invalid configurations and weights, each of which gives an error that names the file and the field or tensor.
@Suite struct BadComponentTests {
    /// Loads a copy of a fixture's component with some fields and tensors changed.
    func load(
        _ fixture: String, fields changes: [String: Any] = [:], config: String? = nil,
        tensors: ([(name: String, tensor: Tensor)]) -> [(name: String, tensor: Tensor)] = { $0 }
    ) throws {
        let folder = try TemporaryFolder()
        let data = try Data(contentsOf: Fixture.url("\(fixture)/config.json"))
        var fields = try #require(JSONSerialization.jsonObject(with: data) as? [String: Any])
        for (name, value) in changes { fields[name] = value is NSNull ? nil : value }
        let text = try config.map { Data($0.utf8) } ?? JSONSerialization.data(withJSONObject: fields)
        try folder.write("config.json", text)

        let file = try Fixture.tensors("\(fixture)/model.safetensors")
        let stored = try file.names.map { (name: $0, tensor: try file.tensor($0)) }
        try SafetensorsFile.write(tensors(stored), to: folder.url("model.safetensors"))
        if fixture == "transformer" {
            _ = try DiffusionTransformer(contentsOf: folder.url, precision: .float32)
        } else {
            _ = try ConvolutionalAutoencoder(contentsOf: folder.url, precision: .float32)
        }
    }

    /// Expects an error of one sentence that contains all of `parts`.
    func expectError(_ parts: [String], _ body: () throws -> Void) {
        let error = #expect(throws: (any Error).self) { try body() }
        guard let error else { return }
        let sentence = String(describing: error)
        for part in parts { #expect(sentence.contains(part), "\(sentence)") }
        #expect(sentence.hasSuffix(".") && !sentence.contains("\n") && !sentence.contains(". "), "\(sentence)")
        #expect(error is FileContentError || error is TensorFileError)
    }

    @Test func soundComponentsLoad() throws {
        try load("transformer")
        try load("autoencoder")
    }

    @Test(arguments: [
        ("architecture", "unet"), ("prediction_type", "score"),
        ("beta_schedule", "sigmoid"), ("timestep_spacing", "random"),
    ])
    func unknownNames(field: String, value: String) {
        expectError(["config.json", "“\(field)”", value]) { try load("transformer", fields: [field: value]) }
    }

    @Test(arguments: [
        ("sample_size", 0), ("sample_size", 7), ("sample_size", 1 << 40), ("in_channels", -4), ("patch_size", 0),
        ("hidden_size", 1 << 62), ("hidden_size", 33), ("num_layers", 1_000_000_000), ("attention_head_dim", 0),
        ("condition_dim", 0), ("timestep_embedding_dim", 15), ("num_train_timesteps", 0), ("steps_offset", -1),
    ])
    func numbersOutOfRange(field: String, value: Int) {
        expectError(["config.json", "“\(field)”"]) { try load("transformer", fields: [field: value]) }
    }

    @Test(arguments: [
        ("mlp_ratio", 0.0), ("mlp_ratio", 1e300), ("norm_eps", 0), ("norm_eps", -1e-6), ("timestep_scale", 0),
        ("shift", 0), ("shift", -3), ("beta_start", 2), ("beta_end", 0),
    ])
    func fractionsOutOfRange(field: String, value: Double) {
        expectError(["config.json", "“\(field)”"]) { try load("transformer", fields: [field: value]) }
    }

    @Test(arguments: ["hidden_size", "prediction_type", "architecture", "norm_eps"])
    func missingField(field: String) {
        expectError(["config.json", "“\(field)”", "missing"]) { try load("transformer", fields: [field: NSNull()]) }
    }

    @Test func fieldOfAnotherType() {
        expectError(["config.json", "“hidden_size”", "an integer"]) {
            try load("transformer", fields: ["hidden_size": "wide"])
        }
        expectError(["config.json", "“encoder_channels"]) {
            try load("autoencoder", fields: ["encoder_channels": [8, "sixteen"]])
        }
    }

    @Test(arguments: [
        "", "[]", "{", #"{"norm_eps": NaN}"#, "\u{0}", String(repeating: "[", count: 100_000),
        String(repeating: " ", count: 1 << 20) + "{}",
    ])
    func notAConfiguration(text: String) {
        expectError(["config.json"]) { try load("transformer", config: text) }
    }

    @Test(arguments: [
        ("encoder_channels", [Int]()), ("encoder_channels", [8, 15]), ("encoder_channels", [8, 1 << 60]),
        ("encoder_channels", Array(repeating: 8, count: 60)), ("encoder_blocks", [1]), ("decoder_blocks", [1, -1, 1]),
        ("decoder_channels", [16, 8]), ("latent_mean", [0, 0, 0]), ("latent_std", [1, 1, 1, 0]),
    ])
    func listsOutOfRange(field: String, value: [Int]) {
        let named = field == "decoder_channels" ? ["config.json", "decoder_"] : ["config.json", "“\(field)”"]
        expectError(named) { try load("autoencoder", fields: [field: value]) }
    }

    @Test(arguments: [
        ("norm_groups", 0), ("norm_groups", 3), ("sample_size", 12), ("decoder_patch", 4), ("encoder_patch", 0),
    ])
    func autoencoderNumbersOutOfRange(field: String, value: Int) {
        expectError(["config.json"]) { try load("autoencoder", fields: [field: value]) }
    }

    @Test(arguments: [("transformer", "blocks.1.mlp.fc2.bias"), ("autoencoder", "decoder.levels.1.1.conv2.weight")])
    func missingTensor(fixture: String, name: String) {
        expectError(["model.safetensors", name]) {
            try load(fixture, tensors: { $0.filter { $0.name != name } })
        }
    }

    @Test(arguments: [("transformer", "blocks.0.attention.qkv.weight"), ("autoencoder", "encoder.norm_out.bias")])
    func tensorOfAnotherShape(fixture: String, name: String) {
        expectError(["model.safetensors", name, "[3, 5]"]) {
            try load(fixture, tensors: { $0.map { $0.name == name ? (name, Tensor(zeros: [3, 5])) : $0 } })
        }
    }

    @Test func tensorWithoutAPlace() {
        expectError(["model.safetensors", "blocks.1"]) { try load("transformer", fields: ["num_layers": 1]) }
    }

    @Test func missingFiles() throws {
        let folder = try TemporaryFolder()
        let empty = folder.url
        expectError(["config.json"]) { _ = try DiffusionTransformer(contentsOf: empty, precision: .float32) }
        try folder.copy(Fixture.url("transformer/config.json"), to: "config.json")
        expectError(["model.safetensors"]) { _ = try DiffusionTransformer(contentsOf: empty, precision: .float32) }
    }
}
