import CKernels
import Foundation
import TensorCore
import Testing

@testable import FuseMix

/// Steps compared with PyTorch's in double precision: `Training/fixtures/adapter_fixtures.py`.
@Suite struct TrainingParityTests {
    private static func url(_ name: String) throws -> URL {
        try #require(Bundle.module.url(forResource: "Fixtures", withExtension: nil)).appending(path: name)
    }

    private static func adapters(anchored isAnchored: Bool) -> AdapterConfiguration {
        func tower(_ size: Int, _ width: Int, _ expansion: Int, _ blocks: Int) -> TowerConfiguration {
            TowerConfiguration(
                inputSize: size,
                kind: .fusemix(AdapterForm(width: width, expansion: expansion, blocks: blocks, dropout: 0.4)))
        }
        return AdapterConfiguration(
            xEncoder: "x", yEncoder: "y", outputSize: isAnchored ? 12 : 8, x: tower(20, 16, 2, 2),
            y: isAnchored ? TowerConfiguration(inputSize: 12, kind: .identity) : tower(12, 12, 3, 1))
    }

    private static func settings(anchored isAnchored: Bool) -> TrainingSettings {
        var settings = TrainingSettings()
        settings.batch = 8
        settings.mixing = isAnchored ? .permutation : .halves
        settings.mixesEachPair = isAnchored
        settings.positives = isAnchored ? .group : .pair
        return settings
    }

    /// Returns the trainer of a fixture at its first step.
    private static func trainer(_ name: String, _ fixture: SafetensorsFile, chunk: Int) throws -> Trainer {
        let pairs = PairList(
            xRows: Array(0..<40), yRows: Array(0..<40), groups: (0..<40).map { "\($0 / 5)" })
        let isAnchored = name == "anchored"
        let trainer = try Trainer(
            x: fixture.tensor("latents.x"), y: fixture.tensor("latents.y"), pairs: pairs,
            split: PairSplit(pairs, by: .fraction(0), seed: 42), adapters: adapters(anchored: isAnchored),
            settings: settings(anchored: isAnchored), memory: 0, chunk: chunk)
        for entry in trainer.parameters.layout.entries {
            try fixture.tensor("start.\(entry.name)").withFloats {
                trainer.parameters.values.start.advanced(by: entry.offset)
                    .update(from: $0.baseAddress!, count: entry.count)
            }
        }
        return trainer
    }

    private static func values(_ buffer: FloatBuffer, _ entry: ParameterLayout.Entry) -> [Double] {
        (0..<entry.count).map { Double(buffer.start[entry.offset + $0]) }
    }

    @Test(arguments: ["paper", "anchored"], [3, 8])
    func stepsAreReproduced(name: String, chunk: Int) throws {
        let fixture = try SafetensorsFile(contentsOf: Self.url("steps-\(name).safetensors"))
        let losses = try fixture.tensor("losses").floats.map(Double.init)
        let gradients = try Self.trainer(name, fixture, chunk: chunk)
        #expect(relativeError([gradients.addGradients()], [losses[0]]) <= 1e-5)
        for entry in gradients.parameters.layout.entries {
            let expected = try fixture.tensor("gradient.\(entry.name)").floats.map(Double.init)
            let error = relativeError(Self.values(gradients.parameters.gradients, entry), expected)
            #expect(error <= 1e-5, "\(entry.name)")
        }

        let trainer = try Self.trainer(name, fixture, chunk: chunk)
        for step in 0..<3 {
            #expect(relativeError([try trainer.step(learningRate: 1e-2)], [losses[step]]) <= 1e-5)
        }
        for entry in trainer.parameters.layout.entries {
            let expected = try fixture.tensor("end.\(entry.name)").floats.map(Double.init)
            #expect(relativeError(Self.values(trainer.parameters.values, entry), expected) <= 1e-5, "\(entry.name)")
        }
    }

    @Test(arguments: ["paper", "anchored"])
    func dropoutIsTheFixtures(name: String) throws {
        let fixture = try SafetensorsFile(contentsOf: Self.url("steps-\(name).safetensors"))
        for tensor in fixture.names where tensor.hasPrefix("factors.") {
            let parts = tensor.split(separator: ".").map(String.init)
            let (step, block) = (try #require(Int(parts[1])), try #require(Int(parts[3])))
            let expected = try fixture.tensor(tensor)
            let mask = Dropout(share: 0.4, seed: 42, tower: parts[2] == "x" ? 0 : 1)
                .mask(step: step, block: block, firstRow: 0)
            let factors = Tensor(shape: expected.shape) {
                ck_dropout_factors(mask, $0.baseAddress, Int64(expected.rows), Int64(expected.channels))
            }
            #expect(factors.floats == expected.floats, "\(tensor)")
        }
    }

    @Test func schedule() throws {
        let rates = try JSONDecoder().decode([Double].self, from: Data(contentsOf: Self.url("schedule.json")))
        let schedule = LearningRateSchedule(
            peak: 1e-3, floor: 1e-6, warmupStart: 1e-6, warmupSteps: 10, epochs: 20)
        for (step, rate) in rates.enumerated() {
            #expect(abs(schedule.rate(step: step, epoch: step / 3) - rate) < 1e-12)
        }
    }
}
