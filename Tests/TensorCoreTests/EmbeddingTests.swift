import Foundation
import TensorCore
import Testing

@Suite struct EmbeddingTests {
    static let space = EmbeddingSpace("test")
    let words = embedding([2, 0, 0])
    let sound = embedding([0, 3, 0])

    static func embedding(_ values: [Float]) -> Embedding {
        Embedding(Tensor(values, shape: [values.count]), in: space)
    }

    @Test func embeddingsHaveLengthOne() {
        #expect(words.vector.floats == [1, 0, 0])
        #expect(Self.embedding([3, 4]).vector.floats == [0.6, 0.8])
        let rows = Embeddings(Tensor([3, 4, 0, -2], shape: [2, 2]), in: Self.space)
        #expect(rows.rows.floats == [0.6, 0.8, 0, -1])
        #expect(Embeddings([words, sound]).rows.floats == [1, 0, 0, 0, 1, 0])
    }

    /// A quarter of the way along a right angle is 22.5 degrees.
    @Test(arguments: [(Float(0), 0.0), (0.25, 22.5), (0.5, 45), (1, 90)])
    func theShareIsThatOfTheArc(share: Float, degrees: Double) {
        let between = words.arc(to: sound, share: share).vector.floats
        #expect(abs(Double(between[0]) - cos(degrees * .pi / 180)) < 1e-6)
        #expect(abs(Double(between[1]) - sin(degrees * .pi / 180)) < 1e-6)
    }

    @Test func equalDirectionsStayWhatTheyAre() {
        #expect(words.arc(to: words, share: 0.3).vector.floats == [1, 0, 0])
    }

    @Test func oppositeDirectionsGiveNoNaN() {
        let opposite = Self.embedding([-1, 0, 0])
        #expect(words.cosine(to: opposite) == -1)
        for share in [Float(0), 0.25, 0.5, 1] {
            #expect(words.arc(to: opposite, share: share).vector.floats.allSatisfy { $0.isFinite })
        }
    }

    @Test(arguments: [Float(0), 0.3, 1])
    func theMeanOfTwoIsOnTheArc(share: Float) {
        let mean = Embedding.mean(of: [(words, 1 - share), (sound, share)])
        #expect(mean.vector.floats == words.arc(to: sound, share: share).vector.floats)
    }

    /// A third embedding of no weight changes nothing, so the iteration must find the point of the arc too.
    @Test(arguments: [Float(0.1), 0.3, 0.5, 0.9])
    func theIterationFindsTheArc(share: Float) {
        let (a, b) = (Self.embedding([3, 1, -2]), Self.embedding([-1, 2, 0.5]))
        let mean = Embedding.mean(of: [(a, 1 - share), (b, share), (words, 0)])
        #expect(mean.cosine(to: a.arc(to: b, share: share)) > 1 - 1e-6)
        #expect(zip(mean.vector.floats, a.arc(to: b, share: share).vector.floats).allSatisfy { abs($0 - $1) < 1e-6 })
    }

    /// The point from which the weighted arcs cancel, whatever the order.
    @Test func theMeanOfManyIsTheirCentre() {
        let axes = [words, sound, Self.embedding([0, 0, 1])]
        let third = Float(1.0 / 3)
        let centre = Embedding.mean(of: axes.map { ($0, third) }).vector.floats
        #expect(centre.allSatisfy { abs($0 - third.squareRoot()) < 1e-6 })

        let weights: [Float] = [0.5, 0.2, 0.3]
        let mean = Embedding.mean(of: Array(zip(axes, weights)))
        let turned = Embedding.mean(of: zip(axes, weights).reversed())
        #expect(zip(mean.vector.floats, turned.vector.floats).allSatisfy { abs($0 - $1) < 1e-6 })
        let pull = (0..<3).map { channel in
            zip(axes, weights).reduce(0.0) { sum, part in
                let cosine = Double(mean.cosine(to: part.0))
                let across = Double(part.0.vector.floats[channel]) - cosine * Double(mean.vector.floats[channel])
                return sum + Double(part.1) * across * acos(cosine) / (1 - cosine * cosine).squareRoot()
            }
        }
        #expect(pull.allSatisfy { abs($0) < 1e-6 })
    }

    @Test func oneAloneIsItsOwnMean() {
        #expect(Embedding.mean(of: [(sound, 1)]).vector.floats == sound.vector.floats)
        #expect(Embedding.mean(of: [(words, 0), (sound, 1), (words, 0)]).vector.floats == sound.vector.floats)
    }
}
