import Foundation
import FrozenEncoders
import TensorCore
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
        try SafetensorsFile.write([("embeddings", embeddings)], to: folder.url.appending(path: "embeddings.safetensors"))
    }

    func bridge() throws -> ClassWords { try ClassWords(contentsOf: folder.url, audioEncoder: folder.url) }

    @Test func aConditionIsTheScoreWeightedSumOfSpecificUnitEmbeddings() throws {
        let sound = SoundLatent(embedding: [], scores: [0.5, 0.7, 0.3], windowCount: 1)
        // “Animal” is too general to count, whatever its score.
        let x = 0.25 * 1 + 0.09 * 0.6, y = 0.09 * 0.8
        let length = (x * x + y * y).squareRoot()
        let condition = try bridge().condition(on: sound).vector.floats
        #expect(abs(Double(condition[0]) - x / length) < 1e-6)
        #expect(abs(Double(condition[1]) - y / length) < 1e-6)
    }

    @Test func onlySpecificClassesAreHeard() throws {
        let condition = Condition(Tensor([0, 1], shape: [2]))
        #expect(try bridge().nearest(to: condition, count: 5).map(\.label) == ["Rain, soft", "Dog"])
        let sound = SoundLatent(embedding: [], scores: [0.1, 0.9, 0.3], windowCount: 1)
        #expect(try bridge().best(of: sound, count: 2).map(\.label) == ["Animal", "Rain, soft"])
    }

    @Test func anotherEncodersScoresAreAnError() throws {
        let sound = SoundLatent(embedding: [], scores: [0.5], windowCount: 1)
        #expect(throws: ModelError.self) { try bridge().condition(on: sound) }
    }

    @Test(arguments: [
        ("labels.txt", "Dog\n"), ("config.json", "{}"), ("config.json", #"{"score_power": -1}"#), ("config.json", "["),
        ("embeddings.safetensors", "x"),
    ])
    func filesThatDoNotFitAreErrors(name: String, contents: String) throws {
        try folder.write(name, contents)
        #expect(throws: (any Error).self) { try bridge() }
    }
}
