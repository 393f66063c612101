import Foundation

/// A picture that was made, with the concept that it was to show.
public struct GeneratedPicture: Sendable, Equatable {
    /// Its path as it was written, or below the folder that it was found in.
    public let name: String
    public let file: URL
    public let concept: String
    /// The sound that it was made of; nil when it was made of words, or when that is not known.
    public let sound: URL?

    public init(name: String, file: URL, concept: String, sound: URL? = nil) {
        (self.name, self.file, self.concept, self.sound) = (name, file, concept, sound)
    }
}
