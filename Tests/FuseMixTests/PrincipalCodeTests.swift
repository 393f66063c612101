import TensorCore
import TestSupport
import Testing

@testable import FuseMix

@Suite struct PrincipalCodeTests {
    /// Rows of the length 10 that vary along three directions alone.
    private static func vectors(_ count: Int, seed: UInt64 = 5) -> Tensor {
        let causes = randomTensor([count, 3], seed: seed).floats, map = randomTensor([3, 10], seed: 8).floats
        return Tensor(
            (0..<count * 10).map { index in
                let (row, channel) = (index / 10, index % 10)
                return Float(channel) + (0..<3).reduce(0) { $0 + 4 * causes[row * 3 + $1] * map[$1 * 10 + channel] }
            }, shape: [count, 10])
    }

    private static func squaredDistance(_ a: Tensor, _ b: Tensor) -> Double {
        zip(a.floats, b.floats).reduce(0) { $0 + Double($1.0 - $1.1) * Double($1.0 - $1.1) }
    }

    @Test(arguments: [false, true])
    func vectorsWithinTheComponentsComeBack(asHalves: Bool) throws {
        let exact = Self.vectors(40), vectors = asHalves ? exact.float16() : exact
        let code = try PrincipalCode(fitting: vectors, rows: Array(0..<30), count: asHalves ? 3 : 8)
        #expect(code.length == 4, "the directions of the data, whatever more is asked for")
        let codes = code.codes(of: vectors, rows: Array(0..<40))
        #expect(codes.shape == [40, 4])
        for row in 0..<40 {
            #expect(abs(codes.item(row).floats.reduce(0) { $0 + $1 * $1 } - 1) < 1e-5)
        }
        #expect(Self.squaredDistance(code.vectors(of: codes), exact) / 400 < (asHalves ? 1e-4 : 1e-7))
        let components = code.components.floats
        for (a, b) in [(0, 0), (1, 1), (2, 2), (0, 1), (0, 2), (1, 2)] {
            let product = (0..<10).reduce(Float(0)) { $0 + components[a * 10 + $1] * components[b * 10 + $1] }
            #expect(abs(product - (a == b ? 1 : 0)) < 1e-4)
        }
    }

    /// Of fewer components than directions the best are kept: nothing else of as many leaves less out.
    @Test func theFirstComponentIsTheDirectionOfMostVariance() throws {
        let vectors = Self.vectors(50)
        let one = try PrincipalCode(fitting: vectors, rows: Array(0..<50), count: 1)
        let left = Self.squaredDistance(one.vectors(of: one.codes(of: vectors, rows: Array(0..<50))), vectors)
        for seed in UInt64(1)...20 {
            let direction = randomTensor([1, 10], seed: seed).normalized()
            let other = PrincipalCode(mean: one.mean, components: direction, radius: one.radius)
            let leftByOther = Self.squaredDistance(
                other.vectors(of: other.codes(of: vectors, rows: Array(0..<50))), vectors)
            #expect(leftByOther >= left)
        }
    }

    /// 1 - cosine of two codes is half the squared distance of their vectors over the squared radius, and of the last numbers.
    @Test func theCosineLossOfCodesIsTheSquaredErrorOfVectors() throws {
        let vectors = Self.vectors(30)
        let code = try PrincipalCode(fitting: vectors, rows: Array(0..<30), count: 3)
        let (a, b) = (code.codes(of: vectors, rows: [4, 5, 6]), code.codes(of: vectors, rows: [7, 8, 9]))
        let radius = Double(code.radius)
        for row in 0..<3 {
            let one = a.item(row).reshaped([1, 4]), two = b.item(row).reshaped([1, 4])
            let distance = Self.squaredDistance(code.vectors(of: one), code.vectors(of: two)) / (radius * radius)
            let rest = Double(one.floats[3] - two.floats[3])
            #expect(abs(CosineLoss()(one, two).loss - (distance + rest * rest) / 2) < 1e-6)
            #expect(rest * rest < 0.05 * distance, "\(rest * rest) beside \(distance)")
        }
    }

    @Test func farVectorsAreBroughtToTheEquator() throws {
        let code = try PrincipalCode(fitting: Self.vectors(30), rows: Array(0..<30), count: 3)
        let far = code.codes(of: Tensor((0..<10).map { Float(1000 * $0) }, shape: [1, 10]), rows: [0]).floats
        #expect(far[3] == 0 && abs(far.reduce(0) { $0 + $1 * $1 } - 1) < 1e-5)
    }

    @Test func tooLittleIsAnError() {
        #expect(throws: BaselineError.tooFewPairs(found: 1)) {
            try PrincipalCode(fitting: Self.vectors(3), rows: [1], count: 2)
        }
        #expect(throws: BaselineError.self) {
            try PrincipalCode(fitting: Tensor(zeros: [3, 10]), rows: [0, 1, 2], count: 2)
        }
    }

    /// The gradient of an adapter that is trained onto codes, against central differences of its loss.
    @Test func gradientsOfTrainingOntoCodesAreThoseOfItsLoss() throws {
        let task = TrainerTests.Task(count: 60)
        let code = try PrincipalCode(fitting: task.y, rows: Array(0..<60), count: 4)
        let codes = code.codes(of: task.y, rows: Array(0..<60))
        var settings = TrainerTests.settings()
        (settings.batch, settings.loss, settings.selection) = (16, .cosine, .similarity)
        let tower = TowerConfiguration(
            inputSize: 24, kind: .fusemix(AdapterForm(width: 8, expansion: 2, blocks: 1, dropout: 0)))
        let trainer = try Trainer(
            x: task.x, y: codes, pairs: task.pairs, split: PairSplit(task.pairs, by: .fraction(0.2), seed: 1),
            adapters: AdapterConfiguration(
                xEncoder: "a", yEncoder: "b", outputSize: 5, x: tower,
                y: TowerConfiguration(inputSize: 5, kind: .identity)), settings: settings)
        func clear() { trainer.parameters.gradients.start.update(repeating: 0, count: trainer.parameters.layout.count) }
        clear()
        _ = trainer.addGradients()
        let count = trainer.parameters.layout.count
        let gradients = (0..<count).map { Double(trainer.parameters.gradients.start[$0]) }
        let largest = gradients.map(\.magnitude).max() ?? 0
        #expect(largest > 0)
        for entry in trainer.parameters.layout.entries where entry.name.hasPrefix("x.") {
            let place = entry.offset + entry.count / 2, value = trainer.parameters.values.start[place]
            let losses = [-1, 1].map { sign in
                trainer.parameters.values.start[place] = value + Float(sign) * 1e-2
                defer { trainer.parameters.values.start[place] = value }
                return trainer.addGradients()
            }
            let difference = (losses[1] - losses[0]) / 2e-2
            #expect(abs(difference - gradients[place]) < 1e-2 * largest, "\(entry.name)")
        }
    }

    @Test func similarityIsTheMeanCosineOfThePairsHeldOut() throws {
        var settings = TrainerTests.settings()
        (settings.loss, settings.selection, settings.epochs) = (.cosine, .similarity, 30)
        let outcome = try TrainerTests.trainer(settings, anchored: true).run()
        let score = try #require(outcome.score)
        let task = TrainerTests.Task(count: 400)
        let split = try PairSplit(task.pairs, by: .fraction(0.2), seed: settings.seed)
        let adapter = try AdapterPair(outcome.component).x
        let x = adapter(task.x.gathered(split.validation)), y = task.y.gathered(split.validation).normalized()
        let mean = zip(x.floats, y.floats).reduce(0.0) { $0 + Double($1.0 * $1.1) } / Double(split.validation.count)
        #expect(abs(try #require(score.similarity) - mean) < 1e-5)
        #expect(mean > 0.5 && score.value(.similarity) == score.similarity)
    }
}
