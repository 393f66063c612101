import FilesOnDisk
import Foundation
import FrozenEncoders
import TensorCore
import TestSupport
import Testing

@testable import SoundBridge

@Suite struct ClassWordsTests {
    let folder: TemporaryFolder
    let embeddings = Tensor([2, 0, 0, 5, 0.6, 0.8], shape: [3, 2])

    init() throws {
        folder = try TemporaryFolder()
        try folder.write("labels.txt", "Dog\nAnimal\nRain, soft\n")
        try folder.write("general.tsv", "Animal\tits members are different things\n")
        try folder.write("config.json", #"{"score_power": 2}"#)
        try SafetensorsFile.write(
            [("embeddings", embeddings)], to: folder.url.appending(path: "embeddings.safetensors"))
    }

    static let space = EmbeddingSpace("test")

    func words() throws -> ClassWords {
        try ClassWords(contentsOf: folder.url, audioEncoder: folder.url, space: Self.space)
    }

    @Test func anEmbeddingIsTheScoreWeightedSumOfSpecificUnitEmbeddings() throws {
        let sound = EncodedSound(embedding: [], scores: [0.5, 0.7, 0.3], windowCount: 1)
        // “Animal” is too general to count, whatever its score.
        let x = 0.25 * 1 + 0.09 * 0.6, y = 0.09 * 0.8
        let length = (x * x + y * y).squareRoot()
        let embedding = try words().embedding(of: sound).vector.floats
        #expect(abs(Double(embedding[0]) - x / length) < 1e-6)
        #expect(abs(Double(embedding[1]) - y / length) < 1e-6)
    }

    @Test func aSoundIsNamedByTheSharesOfItsScores() throws {
        let sound = EncodedSound(embedding: [], scores: [0.5, 0.7, 0.3])
        let names = try words().names(of: sound, count: 5)
        #expect(names.map(\.label) == ["Dog", "Rain, soft"])
        #expect(zip(names, [0.25 / 0.34, 0.09 / 0.34] as [Float]).allSatisfy { abs($0.score - $1) < 1e-6 })
        #expect(try words().names(of: sound, count: 1) == [ScoredLabel(label: "Dog", score: 1)])
        let silence = try words().names(of: EncodedSound(embedding: [], scores: [0, 0, 0]), count: 2)
        #expect(silence.map(\.score) == [0.5, 0.5])
        #expect(throws: SettingError.self) { try words().names(of: sound, count: 0) }
        #expect(throws: ModelError.self) { try words().names(of: EncodedSound(embedding: [], scores: [1]), count: 1) }
    }

    @Test func onlySpecificClassesAreHeard() throws {
        let embedding = Embedding(Tensor([0, 1], shape: [2]), in: Self.space)
        #expect(try words().nearest(to: embedding, count: 5).map(\.label) == ["Rain, soft", "Dog"])
    }

    /// Talk counts where it is alone, and as much as its score; a sigh beside it is no other thing.
    @Test(arguments: [
        (scores: [0.9, 0, 0, 0.019] as [Float], names: ["Speech", "Dog"]), ([0.9, 0, 0, 0.02], ["Dog"]),
        ([0.9, 0.5, 0, 0], ["Speech", "Sigh"]), ([0.9, 0.5, 0, 0.1], ["Sigh", "Dog"]), ([0.9, 0, 0.9, 0], ["Speech"]),
    ])
    func talkGivesWay(scores: [Float], names: [String]) throws {
        try folder.write("labels.txt", "Speech\nSigh\nAnimal\nDog\n")
        try folder.write("voices.tsv", "Speech\tyields\nSigh\tbeside\n")
        try SafetensorsFile.write(
            [("embeddings", Tensor([1, 0, 0, 1, 1, 1, 1, -1], shape: [4, 2]))], to: folder.url("embeddings.safetensors")
        )
        let heard = try words().names(of: EncodedSound(embedding: [], scores: scores), count: 4)
        #expect(heard.filter { $0.score > 0 }.map(\.label) == names)
        let renamed = try words().naming(["Dog", "Speech"]) { _ in Tensor([0, 1], shape: [2]) }
        let alone = try renamed.names(of: EncodedSound(embedding: [], scores: [0.1, 0.9]), count: 1)
        #expect(alone == [ScoredLabel(label: "Dog", score: 1)])
    }

    @Test func otherClassesKeepTheEmbeddingsOfTheirNames() throws {
        var asked: [String] = []
        let words = try words().naming(["Rain, soft", "Animal", "Kettle"]) { name in
            asked.append(name)
            return Tensor([0, -3], shape: [2])
        }
        #expect(asked == ["Kettle"])
        let names = try words.names(of: EncodedSound(embedding: [], scores: [0.1, 0.9, 0.2]), count: 3)
        #expect(names.map(\.label) == ["Kettle", "Rain, soft"])
        let rain = try words.embedding(of: EncodedSound(embedding: [], scores: [1, 1, 0])).vector.floats
        #expect(abs(rain[0] - 0.6) < 1e-6 && abs(rain[1] - 0.8) < 1e-6)
        let kettle = try words.embedding(of: EncodedSound(embedding: [], scores: [0, 0, 1])).vector.floats
        #expect(kettle == [0, -1])
    }

    @Test func anotherEncodersScoresAreAnError() throws {
        let sound = EncodedSound(embedding: [], scores: [0.5], windowCount: 1)
        #expect(throws: ModelError.self) { try words().embedding(of: sound) }
    }

    @Test func itsSizesAreThoseOfTheEmbeddings() throws {
        let words = try words()
        #expect(words.channels == 2 && words.count == 3)
    }

    @Test(arguments: [
        ("config.json", "{}"), ("config.json", #"{"score_power": -1}"#), ("config.json", #"{"score_power": "2"}"#),
        ("config.json", "["), ("config.json", nil), ("embeddings.safetensors", "x"), ("embeddings.safetensors", nil),
        ("embeddings.safetensors", "\0\0\0\0\0\0\0\u{7f}{}"), ("labels.txt", nil), ("general.tsv", nil),
        ("general.tsv", "Animal\n"), ("general.tsv", "Animals\tare not a label\n"), ("general.tsv", "\n"),
        ("voices.tsv", "Dog\tbarks\n"), ("voices.tsv", "Speech\tyields\n"), ("voices.tsv", "Dog\n"),
    ])
    func filesThatAreUnfitAreNamed(name: String, contents: String?) throws {
        let file = folder.url.appending(path: name)
        if let contents { try folder.write(name, contents) } else { try FileManager.default.removeItem(at: file) }
        expectSentence(naming: file)
    }

    @Test(arguments: ["labels.txt", "general.tsv", "voices.tsv"])
    func textsAreUTF8(name: String) throws {
        let file = folder.url.appending(path: name)
        try Data([0x44, 0xFF, 0x0A]).write(to: file)
        expectSentence(naming: file)
    }

    @Test(arguments: [
        Tensor([1, 2, 3], shape: [3]), Tensor(zeros: [2, 2]), Tensor(zeros: [3, 0]), Tensor(zeros: [3, 2, 1]),
        Tensor([1], shape: []), Tensor([1, 0, 0, .infinity, 1, 0], shape: [3, 2]),
        Tensor([1, 0, 0, .nan, 1, 0], shape: [3, 2]),
    ])
    func embeddingsThatAreUnfitAreNamed(embeddings: Tensor) throws {
        let file = folder.url.appending(path: "embeddings.safetensors")
        try SafetensorsFile.write([("embeddings", embeddings)], to: file)
        expectSentence(naming: file)
    }

    /// Expects loading to fail with one sentence that names the file.
    func expectSentence(naming url: URL) {
        let error = #expect(throws: (any Error).self) { try words() }
        guard let error else { return }
        #expect(error is FileContentError || error is TensorFileError, "\(error)")
        for text in ["\(error)", "\(ModelError.component(error))"] {
            let rest = text.replacingOccurrences(of: url.path(percentEncoded: false), with: "")
            #expect(rest != text && rest.hasSuffix(".") && !rest.contains("\n") && !rest.contains(". "), "\(text)")
        }
    }
}
