import FilesOnDisk
import Foundation
import FrozenEncoders
import LatentDiffusion
import PictureFiles
import TensorCore
import TestSupport
import Testing

@testable import SoundBridge

/// What pictures of Stable Diffusion models tell of their model and of their prompts.
@ComputeActor
struct CheckpointRecordTests {
    private let scratch: TemporaryFolder
    private let folder: URL
    private let cache = ChecksumCache(folder: nil)

    nonisolated init() throws {
        scratch = try TemporaryFolder()
        folder = try StandIn("sd1").write(to: scratch)
    }

    private func record(_ options: TextToImageOptions = .init()) throws -> CheckpointRecord {
        try CheckpointRecord(of: DiffusersFolder(contentsOf: folder, options: options), cache: cache)
    }

    private var weights: URL { folder.appending(path: "unet/diffusion_pytorch_model.safetensors") }

    private func sum(_ file: URL) throws -> String { try #require(try SHA256.sum(of: Data(contentsOf: file))) }

    @Test func aFolderIsKnownByItsUNet() throws {
        #expect(try record().modelHash == sum(weights).prefix(10))
    }

    /// A file in two shards, an index beside them.
    @Test func shardsAreKnownByTheListOfTheirSums() throws {
        let file = try SafetensorsFile(contentsOf: weights)
        var map: [String: String] = [:]
        for (number, half) in [file.names.prefix(10), file.names.dropFirst(10)].enumerated() {
            let name = "part-\(number).safetensors"
            for tensor in half { map[tensor] = name }
            try SafetensorsFile.write(
                half.map { (name: $0, tensor: try file.tensor($0)) }, to: folder.appending(path: "unet/\(name)"))
        }
        try JSONSerialization.data(withJSONObject: ["weight_map": map]).write(
            to: folder.appending(path: "unet/diffusion_pytorch_model.safetensors.index.json"))
        let model = try DiffusersFolder(contentsOf: folder), digest = try model.digest()
        try FileManager.default.removeItem(at: weights)
        let shards = ["part-0", "part-1"].map { folder.appending(path: "unet/\($0).safetensors") }
        let list = try shards.map { try sum($0) + "\n" }.joined()
        #expect(try record().modelHash == #require(SHA256.sum(of: Data(list.utf8))).prefix(10))
        #expect(try model.files.map(\.lastPathComponent).contains("part-1.safetensors"))
        #expect(try model.digest() != digest)
    }

    @Test func autoencodersAndLoRAsAreKnownAsInTheWebUI() throws {
        let lora = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "Fixtures/loras/sd1-kohya.safetensors")
        let bytes = try Data(contentsOf: lora)
        let length = Int(bytes.withUnsafeBytes { $0.loadUnaligned(as: UInt64.self) })
        let vae = folder.appending(path: "vae/diffusion_pytorch_model.safetensors")
        let record = try record(
            .init(
                autoencoder: vae, tiling: .on, prediction: .velocity, loras: [LoRA(file: lora, scale: 0.5)]))
        #expect(record.vae?.name == "diffusion_pytorch_model.safetensors")
        #expect(try record.vae?.hash == String(sum(vae).prefix(10)))
        #expect(record.loras.first?.name == "sd1-kohya" && record.loras.first?.scale == 0.5)
        #expect(record.loras.first?.hash == SHA256.sum(of: bytes.dropFirst(8 + length)).map { String($0.prefix(12)) })
        #expect(record.loraWords == "<lora:sd1-kohya:0.5>")
        let names = record.parameters.map(\.name)
        #expect(names == ["Model hash", "VAE hash", "VAE", "VAE tiling", "Prediction", "Lora hashes"])
        let again = try JSONDecoder().decode(CheckpointRecord.self, from: JSONEncoder().encode(record))
        #expect(again == record)
        #expect(try self.record().parameters.map(\.name) == ["Model hash"])
        let whole = try self.record(.init(autoencoder: folder.appending(path: "vae")))
        #expect(whole.vae?.name == "vae" && whole.vae?.hash == record.vae?.hash)
    }

    /// kohya's trainers write the sum into the file.
    @Test func aLoRAsOwnSumCounts() throws {
        let file = scratch.url("lora.safetensors")
        let header = #"{"__metadata__": {"sshs_model_hash": "\#(String(repeating: "ab", count: 32))"}}"#
        var length = UInt64(header.utf8.count)
        try (Data(bytes: &length, count: 8) + Data(header.utf8)).write(to: file)
        let model = Named(folder: try DiffusersFolder(contentsOf: folder), loras: [LoRA(file: file)])
        #expect(try CheckpointRecord(of: model, cache: cache).loras.first?.hash == "abababababab")
    }

    /// A model with LoRAs that are not read.
    private struct Named: TextToImageModel {
        let folder: DiffusersFolder
        let loras: [LoRA]

        var options: TextToImageOptions { .init(loras: loras) }
        var name: String { folder.name }
        var files: [URL] { [] }
        var family: StableDiffusionFamily { folder.family }
        var form: String { folder.form }
        var weightFiles: [URL] { get throws { try folder.weightFiles } }
        var schedule: any NoiseSchedule { folder.schedule }
        var defaults: ModelDefaults { folder.defaults }
        var conditioning: TextConditioning { folder.conditioning }
        func textEncoder(_ precision: Precision) throws -> any TextEncoder { try folder.textEncoder(precision) }
        func denoiser(_ precision: Precision) throws -> any Denoiser { try folder.denoiser(precision) }
        func autoencoder(_ precision: Precision) throws -> any Autoencoder { try folder.autoencoder(precision) }
    }

    @Test func picturesTellTheirPrompts() throws {
        let search = ModelSearch(models: Checkout.models)
        let open = try OpenModel(
            named: folder.path, in: search, precision: .float32,
            options: .init())
        let pipeline = open.pipeline
        let sound = try pipeline.listen(to: Checkout.samples.appending(path: "dog-bark.ogg"))
        var settings = pipeline.settings(seed: 3)
        (settings.steps, settings.sampler) = (1, .euler)
        (settings.scheduler, settings.noise) = (.karras, .webUI)
        func drawn(_ subject: PictureSubject) throws -> PictureRecord {
            try #require(try pipeline.draw([PictureRequest(subject, settings)]).first).record
        }
        let alone = try drawn(pipeline.subject(of: sound, names: 3))
        #expect(alone.prompts.count == 3 && alone.prompts.allSatisfy { $0.text.hasPrefix("a photo of ") })
        #expect(abs(alone.prompts.reduce(0) { $0 + $1.weight } - 1) < 1e-5)
        #expect(alone.settings.names == 3 && alone.checkpoint != nil)
        #expect(try alone.checkpoint == open.checkpoint())
        let parameters = alone.parameters
        #expect(parameters.contains("Steps: 1, Sampler: Euler, Schedule type: Karras, CFG scale"))
        #expect(
            parameters.contains("Model hash: \(try sum(weights).prefix(10)), Model: sd1")
                && parameters.contains("Names: 3"))
        #expect(parameters.contains("RNG: NV") && parameters.contains("“a photo of "))
        let mixed = try drawn(pipeline.subject(of: sound, prompt: "at night", audioWeight: 0.25))
        #expect(mixed.prompts.first == WeightedPrompt("at night", weight: 0.75) && mixed.prompts.count == 6)
        let words = try drawn(pipeline.subject(prompt: "at night"))
        #expect(words.prompts.isEmpty && !words.parameters.contains("Prompts"))
        for record in [alone, mixed, words] {
            let again = try JSONDecoder().decode(PictureRecord.self, from: Data(record.json().utf8))
            #expect(again == record)
        }
    }

    @Test(arguments: [
        (TextToImageOptions(tokens: URL(filePath: "x")), "trained tokens"),
        (.init(prediction: .velocity), "a prediction"),
        (.init(tiling: .on), "tiles"), (.init(autoencoder: URL(filePath: "x")), "another autoencoder"),
    ]) func bundlesTakeNoOptions(options: TextToImageOptions, words: String) throws {
        let error = #expect(throws: ModelError.self) {
            try OpenModel(named: "default", in: ModelSearch(models: Checkout.models), options: options)
        }
        #expect(error?.description.contains(words) == true && error?.exitStatus == 2)
    }
}
