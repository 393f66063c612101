import FilesOnDisk
import TensorCore

/// Reasons why no condition can be made.
public enum ConditioningError: DescribedError, Equatable {
    case nothingGiven
    /// A prompt of white space.
    case noWords
    /// Weights of a blend that are not numbers from 0, one of them above.
    case weights([Float])
    /// A prompt with a place for a sound, but no sound.
    case noSound
    /// A sound asked for as trained tokens of a model without them.
    case noTokens
    /// A sound asked for as trained tokens within a prompt.
    case tokensInPrompt
    /// A conditioning that the model's conditioner did not make and cannot blend.
    case notBlendable
    /// An embedding that cannot be compared with the class words.
    case otherSpace(found: EmbeddingSpace, expected: EmbeddingSpace)

    public var exitStatus: Int32 {
        switch self {
        case .noSound, .noTokens, .tokensInPrompt: 2
        default: 1
        }
    }

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
        case .noSound:
            "The prompt has a place for a sound, \(SoundPrompt.placeholder), but no sound was given."
        case .noTokens:
            """
            A sound was asked for as trained tokens, but the model has none; expected a Stable Diffusion model with --tokens, a \
            folder that fusemix-gen train --target tokens writes for it.
            """
        case .tokensInPrompt:
            """
            Trained tokens stand for a whole prompt and have no place in one; expected a prompt without \(SoundPrompt.placeholder), \
            which meets the sound by the audio weight, or a sound as names or described.
            """
        case .notBlendable:
            "A conditioning that another conditioner made was given; expected those of this model alone."
        case .otherSpace(let found, let expected):
            "An embedding of “\(found)” was given; expected one of “\(expected)”."
        }
    }
}
