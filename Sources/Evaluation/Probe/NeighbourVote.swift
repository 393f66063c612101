import Foundation
import Retrieval
import TensorCore

/// Weighted nearest neighbours, as DINO evaluates features (Caron and others, arXiv 2104.14294): the `count` nearest by
/// cosine vote for their classes, each with exp(cosine / temperature).
struct NeighbourVote {
    var count = 20
    var temperature = 0.07

    /// Returns the votes for each class, `[items, classes]` row by row. Throws `RetrievalError`.
    func scores(of items: Tensor, among known: Tensor, labels: [Int], classes: Int) throws -> [Double] {
        let space = EmbeddingSpace("the latents as they are")
        let items = try EmbeddedItems(Embeddings(items, in: space), source: "the test items") { "\($0)" }
        let known = try EmbeddedItems(Embeddings(known, in: space), source: "the training items") { "\($0)" }
        return try ExactSearch(known).nearest(to: items, count: count).flatMap { hits in
            var votes = [Double](repeating: 0, count: classes)
            for hit in hits { votes[labels[hit.index]] += exp((hit.score - 1) / temperature) }
            return votes
        }
    }
}
