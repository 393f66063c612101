import FilesOnDisk
import Foundation
import TensorCore
import TestSupport
import Testing

@testable import LatentDiffusion

/// Comparisons with diffusers on tiny random weights; see Training/fixtures/autoencoder_kl_fixtures.py.
@Suite struct KLAutoencoderTests {
    static let precisions = NetworkParityTests.precisions
    private let expected: SafetensorsFile

    init() throws { expected = try Fixture.tensors("autoencoder-kl/expected.safetensors") }

    private static func folder(_ name: String) throws -> URL { try Fixture.url("autoencoder-kl/\(name)") }

    /// In bf16 a dozen layers of 8 bits add up.
    private func expectEqual(
        _ network: some Autoencoder, _ name: String, tolerance: Float, comment: Comment? = nil
    ) throws {
        let encoded = try network.encode(expected.tensor("\(name).pictures"))
        let decoded = try network.decode(expected.tensor("\(name).latents"))
        let floor = tolerance == 1e-4 ? tolerance : 6 * tolerance
        let encodedError = try distance(encoded, expected.tensor("\(name).encoded"), relative: tolerance, floor: floor)
        let decodedError = try distance(decoded, expected.tensor("\(name).decoded"), relative: tolerance, floor: floor)
        #expect(encodedError <= 1, comment)
        #expect(decodedError <= 1, comment)
    }

    @Test(arguments: ["kl", "kl-bare"], precisions)
    func foldersOfDiffusers(name: String, precision: (Precision, Float)) throws {
        let network = try KLAutoencoder(contentsOf: Self.folder(name), precision: precision.0)
        #expect(network.scale == (name == "kl" ? 4 : 2) && network.latentChannels == (name == "kl" ? 4 : 16))
        try expectEqual(network, name, tolerance: precision.1)
    }

    @Test(arguments: precisions) func tilesAreThoseOfDiffusers(precision: (Precision, Float)) throws {
        let configuration = try KLAutoencoderConfigurationFile(
            contentsOf: Self.folder("kl").appending(path: "config.json")
        ).configuration
        let file = try TensorFile.open(Self.folder("kl/diffusion_pytorch_model.safetensors"))
        let network = try KLAutoencoder(
            configuration, KLAutoencoderNames.diffusers(file), precision: precision.0, tiling: .on, tileSide: 8)
        try expectEqual(network, "kl-tiled", tolerance: precision.1)
        // A picture that fits into one tile has none.
        let small = Tensor(zeros: [1, 8, 8, 4])
        let whole = try KLAutoencoder(contentsOf: Self.folder("kl"), precision: precision.0, tiling: .off)
        #expect(identical(try network.decode(small), try whole.decode(small)))
    }

    /// The original layout, below its prefix in a checkpoint and without one, and attention by its old names.
    @Test func layoutsAreOneNetwork() throws {
        let checkpoint = try TensorFile.open(Self.folder("kl-original.safetensors"))
        let prefix = "first_stage_model."
        let whole = KLAutoencoderNames.diffusers(checkpoint, prefix: prefix)
        let alone = MappedTensors(checkpoint) { name, _ in
            name.hasPrefix(prefix)
                ? [(String(name.dropFirst(prefix.count)), .init(name)), ("loss.logvar", .init(name))] : []
        }
        let file = try TensorFile.open(Self.folder("kl/diffusion_pytorch_model.safetensors"))
        let old = ["to_q": "query", "to_k": "key", "to_v": "value", "to_out.0": "proj_attn"]
        let deprecated = MappedTensors(file) { name, _ in
            let new = old.first { name.contains("attentions.0.\($0.key).") }
            return [(new.map { name.replacing($0.key, with: $0.value) } ?? name, .init(name))]
        }
        #expect(deprecated.names.contains("encoder.mid_block.attentions.0.proj_attn.weight"))
        for (weights, name) in [
            (whole, "whole"), (KLAutoencoderNames.diffusers(alone), "alone"),
            (KLAutoencoderNames.diffusers(deprecated), "deprecated"),
        ] {
            let configuration = try KLAutoencoder.Configuration(shapesOf: weights, normGroups: 4)
            let read = try KLAutoencoder(contentsOf: Self.folder("kl"), precision: .float32).configuration
            #expect(configuration == read, "\(name)")
            try expectEqual(
                KLAutoencoder(configuration, weights, precision: .float32, tiling: .off), "kl", tolerance: 1e-4,
                comment: "\(name)")
        }
    }

    /// Latents that a configuration normalises channel by channel.
    @Test func meansAndDeviationsOfLatents() throws {
        let (mean, deviation): ([Float], [Float]) = ([0.5, -1, 0, 2], [1, 2, 0.5, 4])
        let plain = try KLAutoencoder(contentsOf: Self.folder("kl"), precision: .float32)
        let network = try changed([
            "latents_mean": mean.map(Double.init), "latents_std": deviation.map(Double.init), "scaling_factor": 0.5,
        ])
        let pictures = try expected.tensor("kl.pictures")
        let encoded = try plain.encode(pictures).scaled(by: 1 / 0.18215).mappingChannels { value, channel in
            (value - mean[channel]) * 0.5 / deviation[channel]
        }
        #expect(distance(try network.encode(pictures), encoded, relative: 1e-4, floor: 1e-4) <= 1)
        let decoded = try plain.decode(plain.encode(pictures))
        #expect(distance(try network.decode(encoded), decoded, relative: 1e-3, floor: 1e-3) <= 1)
    }

    /// The fixture's folder with some fields of its configuration changed, and perhaps some tensors.
    private func changed(
        _ fields: [String: Any],
        tensors: ([(name: String, tensor: Tensor)]) -> [(name: String, tensor: Tensor)] = { $0 }
    ) throws -> any Autoencoder {
        let folder = try TemporaryFolder()
        let data = try Data(contentsOf: Self.folder("kl/config.json"))
        let json = try #require(JSONSerialization.jsonObject(with: data) as? [String: Any])
        try folder.write(
            "config.json", JSONSerialization.data(withJSONObject: json.merging(fields) { $1 }))
        let file = try SafetensorsFile(contentsOf: Self.folder("kl/diffusion_pytorch_model.safetensors"))
        try SafetensorsFile.write(
            tensors(file.names.map { ($0, try file.tensor($0)) }),
            to: folder.url("diffusion_pytorch_model.fp16.safetensors"))
        return try Autoencoders.load(folder.url, precision: .float32)
    }

    private func expectError(_ parts: [String], _ body: () throws -> Void) {
        let error = #expect(throws: (any Error).self) { try body() }
        guard let error else { return }
        let sentence = "\(error)"
        for part in parts { #expect(sentence.contains(part), "\(sentence)") }
        #expect(sentence.hasSuffix(".") && !sentence.contains("\n"), "\(sentence)")
    }

    @Test(
        arguments: [
            ("act_fn", "mish"), ("block_out_channels", [Int]()), ("block_out_channels", [4, 6, 8]),
            ("block_out_channels", Array(repeating: 4, count: 9)), ("layers_per_block", 0), ("norm_num_groups", 0),
            ("latent_channels", -1), ("scaling_factor", 0), ("latents_mean", [0, 0]), ("latents_std", [1, 1, 1, 0]),
            ("down_block_types", ["DownEncoderBlock2D", "DownEncoderBlock2D", "AttnDownEncoderBlock2D"]),
            ("up_block_types", ["UpDecoderBlock2D"]), ("out_channels", 4),
        ] as [(String, any Sendable)])
    func fieldsOutOfRangeAreNamed(field: String, value: any Sendable) {
        expectError(["config.json", "“\(field)”"]) { _ = try changed([field: value]) }
    }

    @Test func unfitWeightsAreOneSentence() {
        let name = "decoder.mid_block.attentions.0.to_q.weight"
        expectError(["“\(name)”", "not finite", "damaged"]) {
            _ = try changed([:]) {
                $0.map { $0.name == name ? (name, Tensor([Float](repeating: .nan, count: 64), shape: [8, 8])) : $0 }
            }
        }
        expectError(["in 2 tensors", "“\(name)” is missing", "“left over” has no place"]) {
            _ = try changed([:]) { $0.filter { $0.name != name } + [("left over", Tensor(zeros: [2]))] }
        }
        expectError(["in at least 1 tensor:", "has shape [4, 3, 3, 3], not [8192, 3, 3, 3]"]) {
            _ = try changed(["block_out_channels": [8192, 8192, 8192]])
        }
        expectError(["in 48 tensors: “encoder.down_blocks.0.resnets.1.norm1.weight” is missing", "and so on"]) {
            _ = try changed(["layers_per_block": 2])
        }
    }

    @Test func wrongShapesAreErrors() throws {
        let network = try KLAutoencoder(contentsOf: Self.folder("kl"), precision: .float32)
        for shape in [[1, 30, 32, 3], [1, 32, 32, 4], [32, 32, 3], [1, 0, 32, 3], [0, 32, 32, 3]] {
            #expect(throws: SamplingError.self) { try network.encode(Tensor(zeros: shape)) }
        }
        for shape in [[1, 4, 4, 3], [4, 4, 4], [1, 0, 4, 4]] {
            #expect(throws: SamplingError.self) { try network.decode(Tensor(zeros: shape)) }
        }
        #expect(throws: SamplingError.shape(of: "pictures", found: [2, 30, 3, 3], expected: [2, 28, 4, 3])) {
            try network.encode(Tensor(zeros: [2, 30, 3, 3]))
        }
    }
}
