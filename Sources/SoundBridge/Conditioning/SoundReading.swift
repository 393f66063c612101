/// A form that a sound takes for a model that reads prompts.
public enum SoundForm: String, Sendable, Codable, CaseIterable {
    /// Its names, each in a prompt of its own; the prompts are blended by the names' shares.
    case names
    /// One phrase of its names and of what else is audible.
    case describe
    /// Token states that a trained adapter makes of it, without words.
    case tokens
}

/// The way in which a sound is made a condition.
public struct SoundReading: Sendable, Equatable {
    public static let usualNameCount = 5
    public static let nameCounts = 1...50

    public var form: SoundForm
    /// The prompt, with `SoundPrompt.placeholder` where the sound comes; nil for the model's own.
    public var template: String?
    /// The most names that stand for the sound, in `nameCounts`.
    public var nameCount: Int

    public init(_ form: SoundForm = .names, in template: String? = nil, nameCount: Int = usualNameCount) {
        (self.form, self.template, self.nameCount) = (form, template, nameCount)
    }
}

/// A prompt with a place for a sound.
public enum SoundPrompt {
    /// Stands for a sound in a prompt.
    public static let placeholder = "{sound}"
    /// The prompt for a sound alone, for models of photographs and the like.
    public static let usualTemplate = "a photo of \(placeholder)"

    /// The prompt with words in that place.
    package static func filled(_ template: String, with words: String) -> String {
        template.replacing(placeholder, with: words)
    }
}

/// A prompt that a text encoder reads, and its share in a blend.
public struct WeightedPrompt: Sendable, Codable, Equatable {
    public let text: String
    /// From 0 to 1; those of a picture sum to 1.
    public let weight: Float

    public init(_ text: String, weight: Float) {
        (self.text, self.weight) = (text, weight)
    }
}
