import FilesOnDisk
import TensorCore

/// Reasons why vectors cannot be ranked, in one sentence.
public enum RetrievalError: DescribedError, Equatable {
    /// A vector with NaN or an infinity in it.
    case notFinite(source: String, id: String)
    /// Embeddings of two different spaces.
    case spaces(first: String, EmbeddingSpace, second: String, EmbeddingSpace)
    /// Vectors of two sources that have different widths.
    case widths(first: String, Int, second: String, Int)
    /// Nothing to rank.
    case noPairs
    /// Fewer groups of pairs than folds.
    case fewGroups(found: Int, folds: Int)
    /// A number of neighbours below 0.
    case count(Int)

    public var description: String {
        switch self {
        case .notFinite(let source, let id):
            "The vector of “\(id)” in \(source) holds a number that is not finite, and only finite ones can be ranked."
        case .spaces(let first, let space, let second, let other):
            "\(first) lies in the space \(space) and \(second) in \(other), and only embeddings of one space can be compared."
        case .widths(let first, let width, let second, let other):
            "\(first) has vectors of \(width) numbers and \(second) of \(other), and only equal widths can be compared."
        case .count(let count):
            "The \(count) nearest were asked for: 0 or more was expected."
        case .noPairs:
            "There is no pair to evaluate: at least one was expected."
        case .fewGroups(let found, let folds):
            "The pairs are of \(found) groups, which cannot be cut into \(folds) folds."
        }
    }
}
