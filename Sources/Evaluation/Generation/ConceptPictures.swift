import Retrieval
import TensorCore

/// Pictures as an encoder's features, each with its concept.
struct ConceptPictures: Sendable {
    /// `[pictures, channels]`, as the encoder gives them.
    let features: Tensor
    /// The same features with rows of length 1, for distances and the probe.
    let directions: EmbeddedItems
    /// Index of each picture's concept.
    let concepts: [Int]
    /// Source of each picture: a set, an artist.
    let sources: [String]

    var count: Int { concepts.count }

    /// - Parameters:
    ///   - source: Name of all pictures in error messages.
    ///   - id: Name of one picture in error messages.
    /// - Throws: `RetrievalError.notFinite`.
    init(
        features: Tensor, concepts: [Int], sources: [String], source: String, id: (Int) -> String
    ) throws {
        precondition(
            features.shape[0] == concepts.count && concepts.count == sources.count, "a concept and a source a picture")
        (self.features, self.concepts, self.sources) = (features, concepts, sources)
        directions = try EmbeddedItems(features.normalized(), source: source, id: id)
    }

    /// Returns indices of the pictures of a concept, ascending.
    func pictures(of concept: Int) -> [Int] { concepts.indices.filter { concepts[$0] == concept } }
}
