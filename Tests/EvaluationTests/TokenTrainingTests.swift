import FilesOnDisk
import Foundation
import FuseMix
import LatentStore
import TensorCore
import TestSupport
import Testing

@testable import Evaluation
@testable import SoundBridge

/// Tokens trained for stand-ins of the families of text encoders: CLIP, OpenCLIP, both with a pooled vector.
@Suite struct TokenTrainingTests {
    let scratch: TemporaryFolder

    init() throws {
        scratch = try TemporaryFolder()
        let texts = ["red", "small", "old", "loud", "wet", "cold", "far", "wild"].flatMap { quality in
            ["dog", "bird", "bell", "train", "door", "wolf", "drum", "rain", "river"].map { "a \(quality) \($0)" }
        }
        try scratch.write("texts.txt", texts.joined(separator: "\n"))
    }

    private func task(_ model: String, output: String = "tokens", x: String = "") throws -> TokenTrainingTask {
        let folder = scratch.url(model)
        if !FileManager.default.fileExists(atPath: folder.path) { _ = try StandIn(model).write(to: scratch) }
        var job = TrainingJob(x: x, y: "", output: scratch.path(output))
        (job.adapters.width, job.adapters.blocks) = (64, 1)
        (job.settings.stepLimit, job.settings.weightDecay, job.settings.learningRate) = (300, 0.01, 3e-3)
        job.heldOut = .fraction(0.2)
        return TokenTrainingTask(texts: scratch.path("texts.txt"), model: folder.path, job: job, components: 48)
    }

    private func report(_ task: TokenTrainingTask) async throws -> TokenTrainingReport {
        guard case .written(let report) = try await task.run() else { throw CancellationError() }
        return report
    }

    /// On texts held out, whose words others have.
    @Test(arguments: ["sd1", "sd2-v", "sdxl"])
    func trainedTokensBeatTheMeanAndTheNearestText(model: String) async throws {
        let report = try await report(task(model))
        let errors = try #require(report.errors)
        #expect(report.texts == 72 && report.heldOutPairs == 14)
        #expect(errors.trained < 0.9 && errors.trained < errors.nearest && errors.floor < errors.trained, "\(errors)")
        let names = try FileManager.default.contentsOfDirectory(atPath: scratch.path("tokens")).sorted()
        #expect(names.count == 6)
        #expect(try Checksums(verifying: scratch.url("tokens")).files.allSatisfy { $0.status == .verified })
        let card = try String(contentsOf: scratch.url("tokens/README.md"), encoding: .utf8)
        #expect(card.contains(String(format: "%.3f", errors.trained)) && !card.contains(scratch.path("tokens")))
        try await draw(model)
    }

    /// Two sounds draw two pictures by the tokens, each the same again.
    @ComputeActor
    private func draw(_ model: String) throws {
        let search = ModelSearch(models: Checkout.models)
        let options = TextToImageOptions(tokens: scratch.url("tokens"))
        let open = try OpenModel(
            named: scratch.path(model), in: search, precision: .float32, options: options)
        let pipeline = open.pipeline
        func picture(_ sample: String) throws -> DrawnPicture {
            let sound = try pipeline.listen(to: Checkout.samples.appending(path: sample))
            var settings = pipeline.settings(seed: 3)
            settings.steps = 1
            let request = PictureRequest(try pipeline.subject(of: sound, as: .tokens), settings, name: sample)
            return try pipeline.draw([request])[0]
        }
        let dog = try picture("dog-bark.ogg"), rain = try picture("rain.ogg")
        #expect(try dog.picture == picture("dog-bark.ogg").picture && dog.picture != rain.picture)
        #expect(dog.record.settings.soundAs == .tokens && dog.record.promptLine == "tokens")
        #expect(dog.record.heard.first?.label == "Bark")
        let plain = try OpenModel(named: scratch.path(model), in: search, precision: .float32)
        #expect(try plain.digest() != open.digest())
        let sound = try pipeline.listen(to: Checkout.samples.appending(path: "rain.ogg"))
        #expect(throws: ConditioningError.tokensInPrompt) {
            try pipeline.subject(of: sound, prompt: "{sound} at night", as: .tokens)
        }
        let long = Array(repeating: "very", count: 80).joined(separator: " ")
        let words = try pipeline.subject(of: sound, prompt: long, as: .tokens)
        #expect(words.warnings.count == 1 && words.prompts.map(\.weight) == [0.5])
    }

    @Test func anotherModelsTokensAreRefused() async throws {
        _ = try await report(task("sd1"))
        let other = try StandIn("sd2-v").write(to: scratch).appending(path: "text_encoder/model.safetensors")
        let weights = try SafetensorsFile(contentsOf: other)
        let turned = try weights.names.map { name in
            (name: name, tensor: try weights.tensor(name) * (name.hasSuffix("token_embedding.weight") ? -1 : 1))
        }
        try SafetensorsFile.write(turned, to: other)
        try await refuse("sd2-v", because: "another text encoder")
        _ = try StandIn("sdxl").write(to: scratch)
        try await refuse("sdxl", because: "its conditions are 77 × 16")
    }

    @ComputeActor
    private func refuse(_ model: String, because reason: String) throws {
        let pipeline = try OpenModel(
            named: scratch.path(model), in: ModelSearch(models: Checkout.models), precision: .float32,
            options: TextToImageOptions(tokens: scratch.url("tokens"))
        ).pipeline
        let sound = try pipeline.listen(to: Checkout.samples.appending(path: "rain.ogg"))
        let error = #expect(throws: ModelError.self) { try pipeline.subject(of: sound, as: .tokens) }
        #expect(error?.description.contains(reason) ?? false, "\(String(describing: error))")
    }

    @Test func anInterruptedTrainingEndsAsAnUnbrokenOne() async throws {
        _ = try await report(task("sd1", output: "whole"))
        var task = try task("sd1")
        let steps = StepCount()
        let end = try await task.run(shouldStop: { steps.next() == 100 })
        guard case .interrupted(let step, _) = end else { throw CancellationError() }
        #expect(step == 100)
        #expect(!FileManager.default.fileExists(atPath: scratch.path("tokens")))
        task.job.resumes = true
        _ = try await report(task)
        for name in ["model.safetensors", "tokens.safetensors", "tokens.json"] {
            #expect(try scratch.data("tokens/\(name)") == scratch.data("whole/\(name)"), "\(name)")
        }
    }

    private final class StepCount: @unchecked Sendable {
        private var count = 0
        func next() -> Int {
            count += 1
            return count
        }
    }

    /// Latents of sounds in place of the texts' own, paired by their ids.
    @Test func latentsOfSoundsAreTakenAsTheyAre() async throws {
        let texts = try String(contentsOf: scratch.url("texts.txt"), encoding: .utf8).split(separator: "\n").map(
            String.init)
        let vectors = Tensor(SyntheticTensors.uniform("sounds", count: texts.count * 1024), shape: [texts.count, 1024])
        try LatentSet(ids: texts, vectors: vectors, metadata: ["encoder": "yamnet", "modality": "audio"])
            .write(to: scratch.url("sounds.safetensors"))
        try LatentSet(ids: texts, vectors: vectors, metadata: ["modality": "audio", "normalized": "true"])
            .write(to: scratch.url("normalized.safetensors"))
        let normalized = scratch.path("normalized.safetensors")
        await #expect(throws: TokenTrainingError.normalized(file: normalized)) {
            _ = try await self.task("sd1", x: normalized).run()
        }
        var task = try task("sd1", x: scratch.path("sounds.safetensors"))
        task.job.settings.stepLimit = 5
        _ = try await report(task)
        let tokens = try TrainedTokens(contentsOf: scratch.url("tokens"))
        #expect(tokens.form.input == .sound && tokens.adapter.inputSize == 1024)
        var broken = Data(try scratch.data("tokens/tokens.json"))
        broken.replaceSubrange(broken.startIndex..<broken.startIndex + 1, with: Data("[".utf8))
        try scratch.write("tokens/tokens.json", broken)
        #expect(throws: FileContentError.self) { try TrainedTokens(contentsOf: scratch.url("tokens")) }
    }

    @Test func whatIsNoStableDiffusionModelIsSaid() async throws {
        var task = try task("sd1")
        task.model = "default"
        await #expect(throws: TokenTrainingError.noTextToImageModel(path: "default")) { try await task.run() }
    }
}
