import FuseMix
import Retrieval
import TensorCore

/// A linear probe: ridge regression on features of length 1, with one output for each concept, 1 for the right one. The
/// highest output gives a picture's concept.
struct ConceptProbe {
    /// Strength of the regularisation, in mean variances of a channel. Over 428 drawings of 133 concepts, each of three
    /// sets held out in turn, it named 75 % correctly; weaker and stronger ones named fewer, the nearest concept mean
    /// 65 %.
    static let strength = 1.0
    static let rule = """
        A linear probe (ridge regression of the concepts on features of length 1, strength \(strength) in mean variances \
        of a channel) trained on the reference pictures.
        """

    private let adapter: Adapter
    private let concepts: Int

    /// - Parameters:
    ///   - rows: The training pictures, of at least two concepts.
    ///   - concepts: Number of concepts.
    /// - Throws: `BaselineError`.
    init(_ pictures: ConceptPictures, rows: [Int], concepts: Int) throws {
        let pairs = PairList(
            xRows: rows, yRows: rows.map { pictures.concepts[$0] }, groups: rows.map { "\($0)" })
        let fit = try Baseline.linear.fit(
            x: pictures.directions.vectors, y: Self.identity(concepts), pairs: pairs,
            split: PairSplit(pairs, by: .fraction(0), seed: 0), anchored: true, strength: Self.strength)
        adapter = try AdapterPair(fit.component).x
        self.concepts = concepts
    }

    /// Predicts the concepts of some rows. Throws `RetrievalError`.
    func predictions(of pictures: ConceptPictures, rows: [Int]) throws -> ClassPredictions {
        let scores = adapter(pictures.directions.vectors.gathered(rows))
        return try ClassPredictions(
            of: EmbeddedItems(scores, source: "the probe") { "\(rows[$0])" },
            among: EmbeddedItems(Self.identity(concepts), source: "the concepts") { "\($0)" },
            truths: rows.map { pictures.concepts[$0] })
    }

    private static func identity(_ size: Int) -> Tensor {
        Tensor(shape: [size, size]) { values in
            for index in values.indices { values[index] = index % (size + 1) == 0 ? 1 : 0 }
        }
    }
}
