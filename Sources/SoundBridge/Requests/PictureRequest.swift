import Foundation
import LatentDiffusion
import PictureFiles

/// One picture to draw. It holds bytes and values, never a path, as the caller may be on another machine than the
/// files.
public struct PictureRequest: Sendable {
    /// The source of the picture's content.
    public enum Content: Sendable {
        /// The prompt of the settings alone.
        case words
        /// Bytes of a sound file of any format that `AudioFile` reads.
        case soundFile(Data)
        /// Mono samples, full scale 1, at `sampleRate` samples per second.
        case samples([Float], sampleRate: Int)
        /// A subject made earlier from a sound, words or both.
        case subject(PictureSubject)
    }

    public var content: Content
    /// Settings of the picture, including its seed, prompt and size.
    public var settings: GenerationSettings
    /// The picture to start from, where `settings.initImage` names one.
    public var initialPicture: Picture?
    /// The sound's name, for the record.
    public var name: String?
    /// Time spent on the picture before it was requested.
    public var seconds = StageSeconds()

    public init(
        _ content: Content, _ settings: GenerationSettings, initialPicture: Picture? = nil, name: String? = nil
    ) {
        (self.content, self.settings, self.initialPicture, self.name) = (content, settings, initialPicture, name)
    }

    /// A picture of a subject. Its prompt and audio weight take the place of those in the settings, so that the record
    /// tells what the picture was made of.
    public init(
        _ subject: PictureSubject, _ settings: GenerationSettings, initialPicture: Picture? = nil, name: String? = nil
    ) {
        var settings = settings
        (settings.prompt, settings.audioWeight) = (subject.prompt, subject.audioWeight)
        self.init(.subject(subject), settings, initialPicture: initialPicture, name: name)
    }

    /// Whether both requests can be denoised together.
    public func sharesBatch(with other: PictureRequest) -> Bool {
        settings.sharesBatch(with: other.settings) && initialPicture == other.initialPicture
    }
}

/// The subject of pictures: a sound, words or both, ready for the denoiser, with what was heard in them.
public struct PictureSubject: Sendable {
    public let conditioning: Conditioning
    /// Words in it; nil for a sound alone.
    public let prompt: String?
    /// Share of the sound beside the words, 0 to 1.
    public let audioWeight: Float
    /// Specific classes nearest to the embedding by cosine, best first.
    public let heard: [ScoredLabel]
    /// The audio encoder's own highest scores, best first; nil without a sound.
    public let audioScores: [ScoredLabel]?

    public init(
        conditioning: Conditioning, prompt: String?, audioWeight: Float = GenerationSettings.defaultAudioWeight,
        heard: [ScoredLabel], audioScores: [ScoredLabel]?
    ) {
        (self.conditioning, self.prompt, self.audioWeight) = (conditioning, prompt, audioWeight)
        (self.heard, self.audioScores) = (heard, audioScores)
    }
}

/// A picture with its record.
public struct DrawnPicture: Sendable {
    public let picture: Picture
    public let record: PictureRecord

    public init(picture: Picture, record: PictureRecord) {
        (self.picture, self.record) = (picture, record)
    }

    /// The bytes of a PNG that carries the record, or not. Throws `PictureError`.
    public func pngData(carriesRecord: Bool = true) throws -> Data {
        try picture.pngData(text: carriesRecord ? record.textChunks() : [])
    }

    /// Writes a PNG that carries the record. Throws `AtomicFileError`, `PictureError`.
    public func write(to url: URL, overwrite: Bool = false) throws {
        try picture.write(to: url, text: record.textChunks(), overwrite: overwrite)
    }
}
