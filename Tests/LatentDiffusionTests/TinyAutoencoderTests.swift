import FilesOnDisk
import Foundation
import TensorCore
import TestSupport
import Testing

@testable import LatentDiffusion

/// Comparisons with diffusers and with TAEF2's twin in PyTorch, on tiny random weights.
@Suite struct TinyAutoencoderTests {
    static let precisions = NetworkParityTests.precisions
    private let expected: SafetensorsFile

    init() throws { expected = try Fixture.tensors("autoencoder-kl/expected.safetensors") }

    private static func file(_ name: String) throws -> URL { try Fixture.url("autoencoder-kl/\(name)") }

    private func expectEqual(_ network: any Autoencoder, _ name: String, tolerance: Float) throws {
        let encoded = try network.encode(expected.tensor("\(name).pictures"))
        let decoded = try network.decode(expected.tensor("\(name).latents"))
        #expect(
            try distance(encoded, expected.tensor("\(name).encoded"), relative: tolerance, floor: tolerance) <= 1)
        #expect(
            try distance(decoded, expected.tensor("\(name).decoded"), relative: tolerance, floor: 2 * tolerance) <= 1)
    }

    @Test(
        arguments: [
            ("tiny", "tiny"), ("tiny/diffusion_pytorch_model.safetensors", "tiny"),
            ("original/tiny_decoder.safetensors", "tiny"), ("original/tiny_encoder.pth", "tiny"),
            ("original/pooled_decoder.pth", "pooled"),
        ], precisions)
    func everyLayoutIsRead(files: (place: String, name: String), precision: (Precision, Float)) throws {
        let network = try Autoencoders.load(Self.file(files.place), precision: precision.0)
        #expect(network is TinyAutoencoder && network.scale == (files.name == "tiny" ? 4 : 8))
        try expectEqual(network, files.name, tolerance: precision.1)
    }

    @Test func scaleAndShiftOfAConfiguration() throws {
        let plain = try TinyAutoencoder(contentsOf: Self.file("tiny"), precision: .float32)
        var configuration = plain.configuration
        (configuration.factor, configuration.shift) = (2, 0.25)
        let file = try TensorFile.open(Self.file("tiny/diffusion_pytorch_model.safetensors"))
        let network = try TinyAutoencoder(configuration, file, precision: .float32, tiling: .off)
        let pictures = try expected.tensor("tiny.pictures")
        let encoded = try plain.encode(pictures).scaled(by: 2, plus: -0.5)
        #expect(distance(try network.encode(pictures), encoded, relative: 1e-5, floor: 1e-5) <= 1)
        let decoded = try plain.decode(plain.encode(pictures))
        #expect(distance(try network.decode(encoded), decoded, relative: 1e-5, floor: 1e-5) <= 1)
    }

    /// Where a tile's border is beyond what a pixel sees, tiles are the whole picture; where they overlap, one fades into
    /// the other without a step.
    @Test func noSeamShows() throws {
        let (on, off) = try (
            TinyAutoencoder(contentsOf: Self.file("tiny"), precision: .float32, tiling: .on),
            TinyAutoencoder(contentsOf: Self.file("tiny"), precision: .float32, tiling: .off)
        )
        let latents = NoiseGenerator(seed: 3).noise(shape: [1, 72, 100, 4])
        let (tiled, whole) = (try on.decode(latents), try off.decode(latents))
        #expect(tiled.shape == whole.shape && !identical(tiled, whole))
        #expect(distance(corner(tiled, 190), corner(whole, 190), relative: 1e-5, floor: 1e-5) <= 1)
        let encoded = (tiled: try on.encode(whole), whole: try off.encode(whole))
        #expect(encoded.tiled.shape == encoded.whole.shape)
        #expect(distance(corner(encoded.tiled, 47), corner(encoded.whole, 47), relative: 1e-5, floor: 1e-5) <= 1)

        // The second tile begins at column 192 of the picture and is alone from column 256 on.
        let usual = (1..<400).map { step(whole, to: $0) }.reduce(0, +) / 399
        let difference = tiled - whole
        for column in [192, 256] { #expect(step(difference, to: column) < 0.1 * usual, "\(column)") }

        // `.auto` begins at 1024 × 1024 pixels, which these are not.
        let auto = try TinyAutoencoder(contentsOf: Self.file("tiny"), precision: .float32)
        #expect(identical(try auto.decode(latents), whole))
    }

    /// The first rows and columns.
    private func corner(_ x: Tensor, _ side: Int) -> Tensor {
        .stacked((0..<side).map { x.item(0).item($0).items(0..<side) })
    }

    /// The mean absolute step from the column before to a column.
    private func step(_ x: Tensor, to column: Int) -> Float {
        let (height, width, channels) = (x.shape[1], x.shape[2], x.shape[3])
        return x.withFloats { x in
            (0..<height * channels).reduce(Float(0)) { sum, index in
                let place = (index / channels * width + column) * channels + index % channels
                return sum + abs(x[place] - x[place - channels])
            } / Float(height * channels)
        }
    }

    @Test func aDecoderAloneDecodes() throws {
        let folder = try TemporaryFolder()
        try folder.copy(Self.file("original/tiny_decoder.safetensors"), to: "taesd_decoder.safetensors")
        let network = try Autoencoders.load(folder.url, precision: .float32)
        let decoded = try network.decode(expected.tensor("tiny.latents"))
        #expect(try distance(decoded, expected.tensor("tiny.decoded"), relative: 1e-4, floor: 1e-4) <= 1)
        let error = AutoencoderError.noEncoder(path: folder.path("taesd_decoder.safetensors"))
        #expect(throws: error) { try network.encode(expected.tensor("tiny.pictures")) }

        try folder.copy(Self.file("original/tiny_encoder.pth"), to: "taesd_encoder.pth")
        try expectEqual(Autoencoders.load(folder.url, precision: .float32), "tiny", tolerance: 1e-4)
        try folder.copy(Self.file("original/pooled_decoder.pth"), to: "taef2_decoder.pth")
        let several = #expect(throws: AutoencoderError.self) { try Autoencoders.load(folder.url, precision: .float32) }
        #expect("\(several.map { "\($0)" } ?? "")".contains("taef2_decoder, taesd_decoder; name the file"))
    }

    /// Things that are no autoencoder, each refused in a sentence that says what they are.
    @Test(arguments: [
        (["lora_unet_down_blocks_0.lora_down.weight"], "a LoRA"), (["model.diffusion_model.out.2.bias"], "a U-Net"),
        (["text_model.final_layer_norm.bias"], "a text encoder"), (["a", "b"], "tensors such as “a”"),
        (["encoder.conv_in.weight", "encoder.down.0.block.0.norm1.weight"], "an encoder without its decoder"),
        (["0.weight", "1.conv.0.weight"], "an encoder without its decoder"),
    ])
    func otherFilesAreNamed(tensors: [String], words: String) throws {
        let folder = try TemporaryFolder()
        let file = folder.url("some.safetensors")
        try SafetensorsFile.write(tensors.map { ($0, Tensor(zeros: [1])) }, to: file)
        let error = #expect(throws: AutoencoderError.self) { try Autoencoders.load(file, precision: .float32) }
        let sentence = error.map { "\($0)" } ?? ""
        #expect(sentence.contains(words) && sentence.contains("some.safetensors") && sentence.hasSuffix("."))
    }

    @Test func otherFoldersAreNamed() throws {
        let folder = try TemporaryFolder()
        func sentence(_ url: URL) -> String {
            (#expect(throws: (any Error).self) { try Autoencoders.load(url, precision: .float32) }).map { "\($0)" }
                ?? ""
        }
        #expect(sentence(folder.url).contains("neither a config.json nor"))
        #expect(sentence(folder.url("nowhere")).contains("no such file"))
        try folder.write("config.json", #"{"_class_name": "AutoencoderDC"}"#)
        #expect(sentence(folder.url).contains("describes “AutoencoderDC”"))
        try folder.write("config.json", "{}")
        #expect(sentence(folder.url).contains("no _class_name"))
        try folder.write("config.json", #"{"_class_name": "AutoencoderTiny", "act_fn": "mish"}"#)
        #expect(sentence(folder.url).contains("“act_fn”"))
        let whole = try Autoencoders.load(Fixture.url("autoencoder"), precision: .float32)
        #expect(whole is ConvolutionalAutoencoder)
    }

    /// Within a checkpoint the autoencoder is found by its prefix; its groups of 32 do not divide the fixture's widths.
    @Test func aCheckpointIsSearched() throws {
        let error = #expect(throws: FileContentError.self) {
            try Autoencoders.load(Self.file("kl-original.safetensors"), precision: .float32)
        }
        #expect("\(error.map { "\($0)" } ?? "")".contains("levels of the widths [4, 8, 8]"))
    }
}
