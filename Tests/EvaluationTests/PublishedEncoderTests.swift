import FilesOnDisk
import Foundation
import FrozenEncoders
import LatentStore
import SoundBridge
import TensorCore
import TestSupport
import Testing

@testable import Evaluation

/// Encoders by the folders of published models, alone, in company, and in the tasks that take them.
@ComputeActor @Suite struct PublishedEncoderTests {
    private let scratch: TemporaryFolder
    private let fixtures = Checkout.root.appending(path: "Tests/FrozenEncodersTests/Fixtures")
    private let loader = EncoderLoader()

    init() throws { scratch = try TemporaryFolder() }

    private func folder(_ name: String) -> String { fixtures.appending(path: name).path }
    private var clip: String { folder("towers/clip") }
    private func components(model: String = "default") -> Components {
        Components(model: model, precision: .float32, encoders: loader)
    }

    private func picture(_ name: String) -> EmbeddingItem {
        EmbeddingItem(id: name, source: .file(fixtures.appending(path: "pictures/\(name).png")))
    }

    @Test func severalStandSideBySideEachOfLengthOne() throws {
        let components = components()
        let both = try components.encoder("\(clip),\(folder("towers/dinov2"))")
        let parts = try [clip, folder("towers/dinov2")].map { try components.encoder($0).vector(of: picture("dog")) }
        #expect(both.name == "clip,dinov2" && both.channels == 44 && both.modality == .image)
        #expect(try both.vector(of: picture("dog")).floats == parts.flatMap { $0.normalized().floats })
        var whole = both
        whole.normalizes = true
        let squares = try whole.vector(of: picture("dog")).floats.reduce(0) { $0 + $1 * $1 }
        #expect(abs(squares - 1) < 1e-5)
        #expect(throws: SpaceError.modality(encoder: "roberta", found: "text", expected: "image")) {
            try components.encoder("\(clip),\(folder("sentences/roberta"))")
        }
    }

    @Test func embeddingByACommand() throws {
        let list = try scratch.write("texts.txt", "a dog\nrain\n").path
        var task = EmbeddingTask(
            inputs: [list], encoder: folder("sentences/xlm-roberta"), output: scratch.path("texts.safetensors"))
        func vectors(_ prompt: EmbeddingTask.Prompt?) throws -> LatentSet {
            (task.prompt, task.earlier) = (prompt, .overwrite)
            _ = try task.report()
            return try LatentSet(contentsOf: scratch.url("texts.safetensors"))
        }
        let usual = try vectors(nil)
        #expect(usual.metadata["prompt"] == nil && usual.metadata["encoder"] == "xlm-roberta")
        let named = try vectors(.named("query"))
        #expect(named.metadata["prompt"] == "query: " && named.vectors.floats == usual.vectors.floats)
        #expect(try vectors(.text("passage: ")).vectors.floats != usual.vectors.floats)
        let error = #expect(throws: EmbeddingError.self) { try vectors(.named("passage")) }
        #expect(error?.description.hasSuffix("it has query.") == true && error?.exitStatus == 2)
        task.encoder = clip
        task.modality = .text
        #expect(try vectors(nil).channels == 20)
        task.modality = .audio
        #expect(throws: SpaceError.self) { try vectors(nil) }
    }

    @Test func wordsFindPicturesByCLIP() throws {
        var embedding = EmbeddingTask(
            inputs: [folder("pictures")], encoder: clip, output: scratch.path("seen.safetensors"))
        embedding.warnings = ItemWarnings()
        _ = try embedding.report()
        var task = SearchTask(.words("a dog"), in: [scratch.path("seen.safetensors")], count: 3)
        task.encoder = clip
        let report = try task.report(components())
        #expect(report.hits.count == 3 && report.space == "the space of clip" && report.searched == 16)
        let words = try components().encoder(clip, for: .text).latents(of: ["a dog"]).item(0).normalized().floats
        let seen = try components().encoder(clip).vector(of: picture("dog")).normalized().floats
        let score = zip(words, seen).reduce(0) { $0 + $1.0 * $1.1 }
        task.count = 16
        let hit = try task.report(components()).hits.first { $0.id.hasSuffix("dog.png") }
        #expect(abs((hit.map { Float($0.score) } ?? 9) - score) < 1e-5)
    }

    @Test func aDatasetIsRankedByCLIP() throws {
        let rows = ["dog", "tiger", "violin"].map { "\($0).png\ta drawing of a \($0)" }
        let annotations = try scratch.write("captions.tsv", (["path\tcaption"] + rows).joined(separator: "\n") + "\n")
        var dataset = RetrievalTask.Dataset(.tsv, annotations: annotations.path)
        dataset.media = folder("pictures")
        let report = try RetrievalTask(.dataset(dataset)).report(components(model: clip))
        #expect(report.space == "clip" && report.x.name == "image")
        #expect(report.evaluation.xToY.queries == 3 && report.evaluation.yToX.candidates == 3)
        #expect(loader.warnings.isStrict == false)
    }

    @Test func aDatasetOfSoundsIsRankedByCLAP() throws {
        let rows = ["dog-bark.ogg\ta dog barks", "rain.ogg\train falls", "rooster.ogg\ta rooster crows"]
        let annotations = try scratch.write("captions.tsv", (["path\tcaption"] + rows).joined(separator: "\n") + "\n")
        var dataset = RetrievalTask.Dataset(.tsv, annotations: annotations.path)
        dataset.media = Checkout.samples.path
        let report = try RetrievalTask(.dataset(dataset)).report(components(model: folder("audio/clap")))
        #expect(report.space == "clap" && report.x.name == "audio" && report.y.name == "text")
        #expect(report.evaluation.xToY.queries == 3 && report.evaluation.yToX.candidates == 3)
    }

    @Test func wordsFindSoundsByCLAP() throws {
        let clap = folder("audio/clap")
        let sounds = ["dog-bark", "rain"].map { Checkout.samples.appending(path: "\($0).ogg").path }
        _ = try EmbeddingTask(inputs: sounds, encoder: clap, output: scratch.path("heard.safetensors")).report()
        var task = SearchTask(.words("a dog barks"), in: [scratch.path("heard.safetensors")], count: 2)
        task.encoder = clap
        let report = try task.report(components())
        #expect(report.hits.count == 2 && report.space == "the space of clap")
    }
}
