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

    func writeKeys(_ keys: Tensor) throws {
        try SafetensorsFile.write([("keys", keys)], to: folder.url.appending(path: "keys.safetensors"))
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

    @Test func keysReadTheCorrectionAsAMixtureOfNames() throws {
        try write(inputs: 5)
        try writeKeys(Tensor([0.5, 0, 0, 4], shape: [2, 2]))
        let embedding = try AnchoredAdapter(contentsOf: folder.url, words: words()).embedding(of: sound).vector.floats
        // The correction is (2.75, 0.25), so the scores 0.5 and 0.25 are multiplied by e^1.375 and e^1.
        let weights = (0.5 * exp(1.375), 0.25 * exp(1.0))
        let length = (weights.0 * weights.0 + weights.1 * weights.1).squareRoot()
        #expect(abs(Double(embedding[0]) - weights.0 / length) < 1e-6)
        #expect(abs(Double(embedding[1]) - weights.1 / length) < 1e-6)
    }

    @Test func greatKeysDoNotOverflow() throws {
        try write(inputs: 5)
        try writeKeys(Tensor([1e6, 0, 0, 0], shape: [2, 2]))
        let embedding = try AnchoredAdapter(contentsOf: folder.url, words: words()).embedding(of: sound).vector.floats
        #expect(embedding == [1, 0])
    }

    @Test(arguments: [Tensor(zeros: [3, 2]), Tensor(zeros: [2, 3]), Tensor([0, .nan, 0, 0], shape: [2, 2])])
    func unfitKeysAreNamed(keys: Tensor) throws {
        try write(inputs: 5)
        try writeKeys(keys)
        let error = #expect(throws: (any Error).self) { try AnchoredAdapter(contentsOf: folder.url, words: words()) }
        #expect(error is FileContentError || error is TensorFileError)
        #expect("\(error.map { "\($0)" } ?? "")".contains("keys.safetensors"))
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
