import Foundation
import FrozenEncoders
import FuseMix
import TensorCore
import Testing

@testable import SoundBridge

@Suite struct AnchoredAdapterTests {
    let folder: TemporaryFolder
    let sound = SoundLatent(embedding: [1, -2, 3], scores: [0.5, 0.25], windowCount: 1)

    init() throws { folder = try TemporaryFolder() }

    /// A linear map of `inputs` channels to two: the sum of all, and the last.
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

    @Test(arguments: [(3, [2, 3]), (2, [0.75, 0.25]), (5, [2.75, 0.25])] as [(Int, [Float])])
    func itsWidthSaysWhatItTakesOfASound(inputs: Int, expected: [Float]) throws {
        try write(inputs: inputs)
        let adapter = try AnchoredAdapter(contentsOf: folder.url)
        let condition = try adapter.condition(on: sound).vector.floats
        let length = (expected[0] * expected[0] + expected[1] * expected[1]).squareRoot()
        #expect(adapter.channels == 2)
        #expect(abs(condition[0] - expected[0] / length) < 1e-6 && abs(condition[1] - expected[1] / length) < 1e-6)
    }

    /// What `train --method linear --base` writes: a linear map on top of what class scores weigh.
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
        let condition = try AnchoredAdapter(contentsOf: folder.url).condition(on: sound).vector.floats
        // unit(unit(0.25, 0.5) + (0, −1))
        let size = Float(0.3125).squareRoot()
        let guess = (0.25 / size, 0.5 / size - 1)
        let length = (guess.0 * guess.0 + guess.1 * guess.1).squareRoot()
        #expect(abs(condition[0] - guess.0 / length) < 1e-6 && abs(condition[1] - guess.1 / length) < 1e-6)
    }

    @Test func aSoundOfAnotherEncoderIsAnError() throws {
        try write(inputs: 4)
        let adapter = try AnchoredAdapter(contentsOf: folder.url)
        let error = #expect(throws: ModelError.self) { try adapter.condition(on: sound) }
        #expect("\(error.map { "\($0)" } ?? "")".contains("4 channels"))
    }

    @Test func adaptersThatMoveTheWordsAreRefused() throws {
        try write(inputs: 3, y: TowerConfiguration(inputSize: 2, kind: .linear))
        let error = #expect(throws: ComponentError.self) { try AnchoredAdapter(contentsOf: folder.url) }
        #expect("\(error.map { "\($0)" } ?? "")".contains("config.json"))
    }
}
