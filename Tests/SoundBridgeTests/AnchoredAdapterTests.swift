import FilesOnDisk
import Foundation
import FrozenEncoders
import FuseMix
import TensorCore
import TestSupport
import Testing

@testable import SoundBridge

@Suite struct AnchoredAdapterTests {
    let folder: TemporaryFolder
    let sound = EncodedSound(embedding: [1, -2, 3], scores: [0.5, 0.25], windowCount: 1)

    init() throws { folder = try TemporaryFolder() }

    /// Writes a linear map of `inputs` channels to two: the sum of all, and the last.
    func write(inputs: Int, y: TowerConfiguration = TowerConfiguration(inputSize: 2, kind: .identity)) throws {
        let configuration = AdapterConfiguration(
            xEncoder: "ears", yEncoder: "words", outputSize: 2, x: TowerConfiguration(inputSize: inputs, kind: .linear),
            y: y)
        let weight = Array(repeating: Float(1), count: inputs) + Array(repeating: 0, count: inputs - 1) + [1]
        let tensors = AdapterComponent.layout(configuration).map { name, shape in
            (name, name == "x.output_projection.weight" ? Tensor(weight, shape: shape) : Tensor(zeros: shape))
        }
        try AdapterComponent(configuration: configuration, tensors: tensors).write(to: folder.url)
    }

    /// Returns “Dog” at (1, 0) and “Rain” at (0, 1), weighted by their unchanged scores.
    func words() throws -> ClassWords {
        try folder.write("labels.txt", "Dog\nRain\n")
        try folder.write("names/general.tsv", "")
        try folder.write("names/config.json", #"{"score_power": 1}"#)
        let names = folder.url.appending(path: "names")
        try SafetensorsFile.write(
            [("embeddings", Tensor([1, 0, 0, 1], shape: [2, 2]))], to: names.appending(path: "embeddings.safetensors"))
        return try ClassWords(contentsOf: names, audioEncoder: folder.url, space: EmbeddingSpace("test"))
    }

    /// Writes a component as `train --base-gain` does, whose correction is `bias` whatever the sound, over a base of vectors
    /// like the words'.
    func writeQuery(bias: [Float], scores: Int = 2) throws {
        let configuration = AdapterConfiguration(
            xEncoder: "ears", yEncoder: "words", outputSize: 2,
            x: TowerConfiguration(
                inputSize: 5, kind: .linear, base: .init(start: 5 - scores, count: scores, power: 1, gain: 2)),
            y: TowerConfiguration(inputSize: 2, kind: .identity))
        let tensors = AdapterComponent.layout(configuration).map { name, shape in
            switch name {
            case "x.base.weight":
                (
                    name,
                    Tensor(shape: shape) { for place in $0.indices { $0[place] = place % (scores + 1) == 0 ? 1 : 0 } }
                )
            case "x.output_projection.bias": (name, Tensor(bias, shape: shape))
            default: (name, Tensor(zeros: shape))
            }
        }
        try AdapterComponent(configuration: configuration, tensors: tensors).write(to: folder.url)
    }

    @Test(arguments: [(3, [2, 3]), (2, [0.75, 0.25]), (5, [2.75, 0.25])] as [(Int, [Float])])
    func itsWidthSaysWhatItTakesOfASound(inputs: Int, expected: [Float]) throws {
        try write(inputs: inputs)
        let adapter = try AnchoredAdapter(contentsOf: folder.url, words: words())
        let embedding = try adapter.embedding(of: sound).vector.floats
        let length = (expected[0] * expected[0] + expected[1] * expected[1]).squareRoot()
        #expect(adapter.channels == 2)
        #expect(abs(embedding[0] - expected[0] / length) < 1e-6 && abs(embedding[1] - expected[1] / length) < 1e-6)
    }

    /// A component as `train --method linear --base` writes it: a linear correction of the score-weighted vector.
    @Test func correctsABaseOfScores() throws {
        let configuration = AdapterConfiguration(
            xEncoder: "ears", yEncoder: "words", outputSize: 2,
            x: TowerConfiguration(inputSize: 5, kind: .linear, base: .init(start: 3, count: 2, power: 1)),
            y: TowerConfiguration(inputSize: 2, kind: .identity))
        let tensors = AdapterComponent.layout(configuration).map { name, shape in
            switch name {
            case "x.base.weight": (name, Tensor([0, 1, 1, 0], shape: shape))
            case "x.output_projection.bias": (name, Tensor([0, -1], shape: shape))
            default: (name, Tensor(zeros: shape))
            }
        }
        try AdapterComponent(configuration: configuration, tensors: tensors).write(to: folder.url)
        let embedding = try AnchoredAdapter(contentsOf: folder.url, words: words()).embedding(of: sound).vector.floats
        // unit(unit(0.25, 0.5) + (0, −1))
        let size = Float(0.3125).squareRoot()
        let guess = (0.25 / size, 0.5 / size - 1)
        let length = (guess.0 * guess.0 + guess.1 * guess.1).squareRoot()
        #expect(abs(embedding[0] - guess.0 / length) < 1e-6 && abs(embedding[1] - guess.1 / length) < 1e-6)
    }

    @Test func aQueryMixesTheNames() throws {
        try writeQuery(bias: [0.5, 0.25])
        let adapter = try AnchoredAdapter(contentsOf: folder.url, words: words())
        let embedding = try adapter.embedding(of: sound).vector.floats
        // The keys are 2 · (½, −½) and its opposite, so the scores 0.5 and 0.25 are multiplied by e^¼ and e^−¼.
        let weights = (0.5 * exp(0.25), 0.25 * exp(-0.25))
        let length = (weights.0 * weights.0 + weights.1 * weights.1).squareRoot()
        #expect(abs(Double(embedding[0]) - weights.0 / length) < 1e-6)
        #expect(abs(Double(embedding[1]) - weights.1 / length) < 1e-6)
        let names = try adapter.names(of: sound, count: 2)
        #expect(names.map(\.label) == ["Dog", "Rain"])
        #expect(abs(Double(names[0].score) - weights.0 / (weights.0 + weights.1)) < 1e-6)
    }

    @Test func aGreatQueryDoesNotOverflow() throws {
        try writeQuery(bias: [1e6, 0])
        let embedding = try AnchoredAdapter(contentsOf: folder.url, words: words()).embedding(of: sound).vector.floats
        #expect(embedding == [1, 0])
    }

    @Test func aBaseOfOtherClassesIsNamed() throws {
        try writeQuery(bias: [0, 0], scores: 3)
        let error = #expect(throws: FileContentError.self) {
            try AnchoredAdapter(contentsOf: folder.url, words: words())
        }
        #expect("\(error.map { "\($0)" } ?? "")".contains("a base of 3 scores"))
    }

    @Test func aSoundOfAnotherEncoderIsAnError() throws {
        try write(inputs: 4)
        let adapter = try AnchoredAdapter(contentsOf: folder.url, words: words())
        let error = #expect(throws: ModelError.self) { try adapter.embedding(of: sound) }
        #expect("\(error.map { "\($0)" } ?? "")".contains("4 channels"))
    }

    @Test func adaptersThatMoveTheWordsAreRefused() throws {
        try write(inputs: 3, y: TowerConfiguration(inputSize: 2, kind: .linear))
        let error = #expect(throws: FileContentError.self) {
            try AnchoredAdapter(contentsOf: folder.url, words: words())
        }
        #expect("\(error.map { "\($0)" } ?? "")".contains("config.json"))
    }
}
