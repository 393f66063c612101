import FilesOnDisk
import Foundation
import TensorCore
import TestSupport
import Testing

@testable import SoundBridge

@Suite struct DrawnWordsTests {
    let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
        try folder.write("words.tsv", "dog\tdog\npuppy\tdog\nrain\train\n")
        try folder.write("config.json", #"{"far": 0.7}"#)
        try SafetensorsFile.write(
            [("embeddings", Tensor([1, 0, 0.8, 0.6, 0, 3], shape: [3, 2]))],
            to: folder.url.appending(path: "embeddings.safetensors"))
    }

    private static let space = EmbeddingSpace("test")

    private func nearest(_ x: Float, _ y: Float) throws -> [String]? {
        try DrawnWords(contentsOf: folder.url, space: Self.space)
            .nearestIfFar(from: Embedding(Tensor([x, y], shape: [2]), in: Self.space))
    }

    @Test func onlyPromptsFarFromEveryWordAreFar() throws {
        #expect(try nearest(1, 0.1) == nil)
        #expect(try nearest(0, 1) == nil)
        // A thing of several words is named once.
        #expect(try nearest(0.5, -1) == ["dog", "rain"])
        #expect(try nearest(-1, 0.2) == ["rain", "dog"])
    }

    @Test(arguments: [
        ("config.json", #"{"far": 2}"#), ("config.json", "{}"), ("words.tsv", "dog\n"), ("words.tsv", "dog\t\n"),
        ("words.tsv", nil), ("embeddings.safetensors", nil), ("words.tsv", "dog\tdog\n"),
    ])
    func filesThatAreUnfitAreNamed(name: String, contents: String?) throws {
        let file = folder.url.appending(path: name)
        if let contents { try folder.write(name, contents) } else { try FileManager.default.removeItem(at: file) }
        let error = #expect(throws: (any Error).self) { try nearest(1, 0) }
        #expect("\(try #require(error))".contains(folder.url.lastPathComponent))
    }
}

@Suite(.serialized) struct ModelGuideTests {
    private func remarks(_ prompt: String?, guidanceScale: Float = 4) async throws -> [String] {
        let model = try OpenModel(ModelSearch(environment: ["FUSEMIX_MODELS": Checkout.models.path]).bundle("default"))
        var settings = GenerationSettings(model.bundle.defaults)
        (settings.prompt, settings.guidanceScale) = (prompt, guidanceScale)
        return try await model.guide.remarks(on: settings)
    }

    @Test(arguments: ["a barking dog in the garden", "a red car", "church bells ringing", "a bonfire at night"])
    func whatIsDrawnIsNotRemarkedOn(prompt: String) async throws {
        #expect(try await remarks(prompt).isEmpty)
    }

    @Test(arguments: ["ein bellender Hund", "犬が吠える", "in the snow", "a quarterly report"])
    func whatIsNotDrawnIs(prompt: String) async throws {
        let remarks = try await remarks(prompt)
        #expect(remarks.count == 1 && remarks[0].contains("“\(prompt)” is far from all that the model “default” draws"))
    }

    @Test func soundsOfThingsThatAreNotDrawnAreRemarkedOn() async throws {
        let model = try OpenModel(ModelSearch(environment: ["FUSEMIX_MODELS": Checkout.models.path]).bundle("default"))
        let dog = try await model.pipeline.listen(to: Checkout.samples.appending(path: "dog-bark.ogg"))
        #expect(try await model.guide.remark(on: model.pipeline.subject(of: dog), called: "dog") == nil)
        let subject = try await model.pipeline.subject(prompt: "a zipper")
        let remark = try await model.guide.remark(on: subject, called: "zip.ogg")
        #expect(remark?.hasPrefix("What is heard in zip.ogg (") == true)
    }

    @Test func guidanceBeyondTheCardIsRemarkedOn() async throws {
        #expect(try await remarks(nil, guidanceScale: 8).isEmpty)
        #expect(
            try await remarks(nil, guidanceScale: 50) == [
                "The model “default” draws well with a guidance scale from 1 to 8; at 50 expect noise."
            ])
        #expect(try await remarks(nil, guidanceScale: 0.5).first?.contains("hardly follow") == true)
    }
}
