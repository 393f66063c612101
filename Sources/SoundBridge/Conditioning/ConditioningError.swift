import FilesOnDisk
import TensorCore

/// Reasons why no condition can be made.
public enum ConditioningError: DescribedError, Equatable {
    case nothingGiven
    /// A prompt of white space.
    case noWords
    /// Weights of a blend that are not numbers from 0, one of them above.
    case weights([Float])
    /// A conditioning that the model's conditioner did not make and cannot blend.
    case notBlendable
    /// An embedding that cannot be compared with the class words.
    case otherSpace(found: EmbeddingSpace, expected: EmbeddingSpace)

    public var description: String {
        switch self {
        case .nothingGiven:
            "Neither a sound nor a prompt was given; a picture needs at least one of them."
        case .noWords:
            "The prompt holds no words; expected at least one."
        case .weights(let weights):
            """
            The weights of the blend are \(weights.map(\.description).joined(separator: ", ")); \
            expected numbers from 0, at least one of them greater.
            """
        case .notBlendable:
            "A conditioning that another conditioner made was given; expected those of this model alone."
        case .otherSpace(let found, let expected):
            "An embedding of “\(found)” was given; expected one of “\(expected)”."
        }
    }
}
