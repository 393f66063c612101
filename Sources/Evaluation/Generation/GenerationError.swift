import FilesOnDisk
import TensorCore

/// Why pictures that were made cannot be evaluated, in one sentence.
public enum GenerationError: DescribedError, Equatable {
    /// A picture whose name says nothing of what it shows.
    case noConcept(picture: String, folder: String)
    /// Real pictures of fewer concepts than can be told apart.
    case tooFewConcepts(source: String, found: Int)

    public var description: String {
        switch self {
        case .noConcept(let picture, let folder):
            """
            “\(picture.onOneLine)” in \(folder) is of no known concept: its folder should be named after one of the \
            reference, or its name begin with one.
            """
        case .tooFewConcepts(let source, let found):
            "\(source) shows \(found) concept, but at least 2 are needed to tell one from another."
        }
    }
}
