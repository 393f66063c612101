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
}
