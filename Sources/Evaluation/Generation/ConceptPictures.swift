import Retrieval
import TensorCore

/// Pictures as an encoder has them, each of a concept.
struct ConceptPictures: Sendable {
    /// `[pictures, channels]`, as the encoder gives them.
    let features: Tensor
    /// The same with rows of length 1: what distances and the probe are taken of.
    let directions: EmbeddedItems
    /// Of each picture the index of its concept.
    let concepts: [Int]
    /// Of each picture where it comes from: a set, an artist.
    let sources: [String]

    var count: Int { concepts.count }

    /// - Parameters:
    ///   - source: What errors call them all.
    ///   - id: What they call one.
    /// - Throws: `RetrievalError.notFinite`.
    init(
        features: Tensor, concepts: [Int], sources: [String], source: String, id: (Int) -> String
    ) throws {
        precondition(
            features.shape[0] == concepts.count && concepts.count == sources.count, "a concept and a source a picture")
        (self.features, self.concepts, self.sources) = (features, concepts, sources)
        directions = try EmbeddedItems(features.normalized(), source: source, id: id)
    }

    /// Indices of the pictures of a concept, ascending.
    func pictures(of concept: Int) -> [Int] { concepts.indices.filter { concepts[$0] == concept } }
}
