import Foundation
import TensorCore
import TestSupport
import Testing

@testable import FuseMix

@Suite struct TrainerTests {
    /// Pairs that a small adapter can learn: x is a nonlinear random map of the causes of y.
    struct Task {
        let x: Tensor
        let y: Tensor
        let pairs: PairList

        init(count: Int, seed: UInt64 = 1) {
            let hidden = randomTensor([count, 4], seed: seed).floats
            func view(_ channels: Int, seed: UInt64) -> Tensor {
                let map = randomTensor([channels, 4], seed: seed).floats
                return Tensor(
                    (0..<count * channels).map { index in
                        let (row, channel) = index.quotientAndRemainder(dividingBy: channels)
                        let sum = (0..<4).reduce(Float(0)) { $0 + 3 * map[channel * 4 + $1] * hidden[row * 4 + $1] }
                        return tanh(sum)
                    }, shape: [count, channels])
            }
            (x, y) = (view(24, seed: 2), view(16, seed: 3))
            pairs = PairList(
                xRows: Array(0..<count), yRows: Array(0..<count), groups: (0..<count).map { "\($0 / 2)" })
        }
    }

    static func adapters(anchored: Bool = false) -> AdapterConfiguration {
        func tower(_ size: Int) -> TowerConfiguration {
            TowerConfiguration(
                inputSize: size, kind: .fusemix(AdapterForm(width: 16, expansion: 2, blocks: 2, dropout: 0.1)))
        }
        let y = anchored ? TowerConfiguration(inputSize: 16, kind: .identity) : tower(16)
        return AdapterConfiguration(xEncoder: "a", yEncoder: "b", outputSize: 16, x: tower(24), y: y)
    }

    static func settings() -> TrainingSettings {
        var settings = TrainingSettings()
        settings.batch = 64
        settings.epochs = 60
        settings.weightDecay = 0.01
        settings.learningRate = 5e-3
        return settings
    }

    static func trainer(
        _ settings: TrainingSettings, anchored: Bool = false, task: Task = Task(count: 400), folder: URL? = nil,
        memory: Int = 1 << 30, chunk: Int = 40
    ) throws -> Trainer {
        let split = try PairSplit(task.pairs, by: .fraction(0.2), seed: settings.seed)
        return try Trainer(
            x: task.x, y: task.y, pairs: task.pairs, split: split, adapters: adapters(anchored: anchored),
            settings: settings, checkpoint: folder.map(TrainingCheckpoint.init), memory: memory, chunk: chunk)
    }

    static func bits(_ component: AdapterComponent) -> [[UInt32]] {
        component.tensors.map { $0.tensor.floats.map(\.bitPattern) }
    }

    /// Recall rises from chance, 1 of 80, to most pairs that were never seen.
    @Test(arguments: [false, true])
    func learns(anchored: Bool) throws {
        var scores: [Double] = []
        let outcome = try Self.trainer(Self.settings(), anchored: anchored).run(report: {
            if case .validated(let validation) = $0 { scores.append(validation.score.recall) }
        })
        #expect(outcome.end == .finished)
        #expect(scores.count == 60)
        #expect(try #require(outcome.score).recall == scores.max())
        #expect(try #require(outcome.score).recall > 0.3)
    }

    /// Two runs, and one that recomputes most activations, end in the same bits.
    @Test func repeats() throws {
        var settings = Self.settings()
        settings.epochs = 6
        settings.latentNoise = 0.1
        let once = try Self.trainer(settings).run().component
        #expect(Self.bits(try Self.trainer(settings).run().component) == Self.bits(once))
        #expect(Self.bits(try Self.trainer(settings, memory: 0, chunk: 40).run().component) == Self.bits(once))
        settings.seed = 43
        #expect(Self.bits(try Self.trainer(settings).run().component) != Self.bits(once))
    }

    /// A training stopped after any step and resumed ends in the same bits, with the same best step.
    @Test(arguments: [1, 4, 7])
    func resumedIsUnbroken(stop: Int) throws {
        var settings = Self.settings()
        settings.epochs = 6
        settings.averageDecay = 0.9
        settings.mixing = .permutation
        let whole = try Self.trainer(settings).run()

        let scratch = try TemporaryFolder(), place = scratch.url("training")
        var steps = 0
        let broken = try Self.trainer(settings, folder: place).run(shouldStop: {
            steps += 1
            return steps == stop
        })
        #expect(broken.end == .interrupted && broken.steps == stop)
        let resumed = try Self.trainer(settings, folder: place)
        try resumed.resume()
        let outcome = try resumed.run()
        #expect(outcome.end == .finished && outcome.bestStep == whole.bestStep && outcome.score == whole.score)
        #expect(Self.bits(outcome.component) == Self.bits(whole.component))
    }

    @Test func checkpointsOfAnotherTraining() throws {
        var settings = Self.settings()
        settings.epochs = 2
        let scratch = try TemporaryFolder(), place = scratch.url("training")
        #expect(throws: TrainingError.noCheckpoint(folder: place.path(percentEncoded: false))) {
            try Self.trainer(settings, folder: place).resume()
        }
        try Self.trainer(settings, folder: place).save()
        settings.learningRate = 1
        do {
            try Self.trainer(settings, folder: place).resume()
            Issue.record("accepted")
        } catch TrainingError.otherTraining(_, let what) {
            #expect(what == "learningRate")
        }
        settings.learningRate = Self.settings().learningRate
        #expect(throws: TrainingError.self) {
            try Self.trainer(settings, task: Task(count: 400, seed: 9), folder: place).resume()
        }
        let state = place.appending(path: "state.json")
        try Data("{".utf8).write(to: state)
        #expect(throws: TrainingError.self) { try Self.trainer(settings, folder: place).resume() }
    }

    @Test func earlyStopping() throws {
        var settings = Self.settings()
        settings.learningRate = 1e-8
        settings.patience = 3
        let outcome = try Self.trainer(settings).run()
        #expect(outcome.end == .stoppedEarly)
        #expect(outcome.steps < outcome.plan.steps)
    }

    /// Every kind of mixing, loss and set of positives learns the task.
    @Test(arguments: TrainingSettings.Mixing.allCases, TrainingSettings.Loss.allCases)
    func variants(mixing: TrainingSettings.Mixing, loss: TrainingSettings.Loss) throws {
        var settings = Self.settings()
        (settings.mixing, settings.loss) = (mixing, loss)
        settings.mixesEachPair = true
        settings.addsUnmixed = true
        settings.averageDecay = 0.9
        settings.structureWeight = 0.1
        settings.positives = mixing == .none ? .group : .x
        let outcome = try Self.trainer(settings).run()
        let score = try #require(outcome.score)
        #expect(settings.positives == .group ? score.meanRecall > 0.2 : score.recall > 0.2)
    }

    @Test func defaultsFitTheData() throws {
        var settings = Self.settings()
        (settings.batch, settings.epochs) = (nil, 500)
        let small = try TrainingPlan(settings, training: 301, validation: 0)
        #expect(small.batch == 150 && small.stepsPerEpoch == 1 && small.warmupSteps == 25)
        let large = try TrainingPlan(settings, training: 100_000, validation: 0)
        #expect(large.batch == 20_480 && large.stepsPerEpoch == 2 && large.warmupSteps == 50)
        (settings.largestBatch, settings.stepLimit) = (1000, 120)
        let limited = try TrainingPlan(settings, training: 100_000, validation: 0)
        #expect(limited.batch == 1000 && limited.epochs == 3 && limited.steps == 150)
        #expect(try TrainingPlan(settings, training: 301, validation: 0).epochs == 120)
        settings.mixing = .permutation
        #expect(try TrainingPlan(settings, training: 301, validation: 0).batch == 301)
        settings.batch = 400
        #expect(throws: TrainingError.tooFewPairs(found: 301, needed: 400)) {
            try TrainingPlan(settings, training: 301, validation: 0)
        }
    }

    @Test func badLatents() throws {
        let task = Task(count: 400)
        let split = try PairSplit(task.pairs, by: .fraction(0), seed: 0)
        #expect(throws: TrainingError.unexpectedLatents(side: "x", found: [400, 16], expected: 24)) {
            try Trainer(
                x: task.y, y: task.y, pairs: task.pairs, split: split, adapters: Self.adapters(),
                settings: Self.settings())
        }
        var values = task.x.floats
        values[24 * 7 + 3] = .nan
        #expect(throws: TrainingError.notFinite(side: "x", row: 7)) {
            try Trainer(
                x: Tensor(values, shape: task.x.shape), y: task.y, pairs: task.pairs, split: split,
                adapters: Self.adapters(), settings: Self.settings())
        }
    }

    /// Training starts exactly at the base and improves on it, and the component gives the results that training
    /// validated: standardization is part of its input projection.
    @Test(arguments: [nil, 1.0])
    func baseIsCorrected(gain: Double?) throws {
        let task = Task(count: 400)
        let form = ScoreBase.Form(start: 20, count: 4, power: 1.5, gain: gain)
        let plain = Self.adapters(anchored: true)
        let adapters = AdapterConfiguration(
            xEncoder: "a", yEncoder: "b", outputSize: 16,
            x: TowerConfiguration(inputSize: 24, kind: plain.x.kind, base: form), y: plain.y)
        var settings = Self.settings()
        settings.standardizes = true
        settings.correctionPenalty = 0.001
        let weight = randomTensor([16, 4], seed: 4)
        let split = try PairSplit(task.pairs, by: .fraction(0.2), seed: 42)
        func trainer() throws -> Trainer {
            try Trainer(
                x: task.x, y: task.y, base: weight, pairs: task.pairs, split: split, adapters: adapters,
                settings: settings, memory: 1 << 30, chunk: 40)
        }
        let start = try AdapterPair(trainer().component).x(task.x)
        let base = ScoreBase(form, weight: weight)(task.x)
        #expect(relativeError(start.floats.map(Double.init), base.floats.map(Double.init)) < 1e-6)

        let outcome = try trainer().run()
        let score = try #require(
            try ValidationScore(of: outcome.component, x: task.x, y: task.y, pairs: task.pairs, split: split))
        #expect(score == outcome.score)
        let before = try #require(
            try ValidationScore(
                of: trainer().component, x: task.x, y: task.y, pairs: task.pairs, split: split))
        // Mixtures of four vectors cannot tell eighty pairs apart, only tell them better.
        #expect(gain == nil ? score.recall > before.recall + 0.05 : score.meanRecall > before.meanRecall)

        #expect(throws: TrainingError.unfitBase(found: [16, 3], expected: "[16, 4]")) {
            try Trainer(
                x: task.x, y: task.y, base: randomTensor([16, 3], seed: 4), pairs: task.pairs, split: split,
                adapters: adapters, settings: settings)
        }
    }

    /// A correction read as a query, compared with the definition in double precision; a vector of zeros has no part.
    @Test func queryIsTheMixture() throws {
        let latents = Tensor([9, 0.25, 0.5, 0.75, 9, 0, 0.1, 0.9, 9, 0, 0, 0], shape: [3, 4])
        let corrections = Tensor([0.5, -1, 0.3, 2, 1, 1], shape: [3, 2])
        let base = ScoreBase(
            .init(start: 1, count: 3, power: 0.5, gain: 2), weight: Tensor([1, 0, 3, 4, 0, -6], shape: [2, 3]))
        let vectors: [[Double]] = [[1, 4], [0, 0], [3, -6]], mean = [2.0, -1.0]
        let expected = (0..<3).flatMap { row in
            let sum = (0..<3).filter { $0 != 1 }.reduce([0.0, 0.0]) { sum, score in
                let product = (0..<2).reduce(0.0) {
                    $0 + Double(corrections.floats[2 * row + $1]) * (vectors[score][$1] - mean[$1])
                }
                let weight = Double(latents.floats[4 * row + 1 + score]).squareRoot() * exp(2 * product)
                return [sum[0] + weight * vectors[score][0], sum[1] + weight * vectors[score][1]]
            }
            let length = max(1e-30, (sum[0] * sum[0] + sum[1] * sum[1]).squareRoot())
            return sum.map { $0 / length }
        }
        let points = base.points(of: latents, correctedBy: corrections).floats
        #expect(relativeError(points.map(Double.init), expected) < 1e-6)
        #expect(points[4...] == [0, 0])
        let weights = try #require(base.weights(of: latents, correctedBy: corrections))
        #expect(weights.shape == [3, 3] && (0..<3).allSatisfy { weights.floats[3 * $0 + 1] == 0 })
        #expect(weights.floats[..<3].max() == 1 && weights.floats[6...] == [0, 0, 0])
    }

    @Test func greatQueriesDoNotOverflow() {
        let base = ScoreBase(
            .init(start: 0, count: 2, power: 1, gain: 100), weight: Tensor([1, 0, 0, 1], shape: [2, 2]))
        let points = base.points(
            of: Tensor([0.5, 0.5], shape: [1, 2]), correctedBy: Tensor([1e6, -1e6], shape: [1, 2]))
        #expect(points.floats == [1, 0])
    }

    /// The base's own output, compared with sums written out.
    @Test func baseIsTheSum() {
        let latents = Tensor([9, 0.25, -1, 0, 9, 0, 0, 0], shape: [2, 4])
        let weight = Tensor([1, 2, 3, 4, 5, 6], shape: [2, 3])
        let points = ScoreBase(.init(start: 1, count: 3, power: 0.5), weight: weight)(latents).floats
        let length = (0.5 * 0.5 + 2.0 * 2.0).squareRoot()
        #expect(relativeError(points.map(Double.init), [0.5 / length, 2 / length, 0, 0]) < 1e-6)
    }
}
