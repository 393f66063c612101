import FilesOnDisk
import Foundation
import PictureFiles
import TensorCore

/// The record of one picture: how it was made, and what was heard in its sound.
///
/// It is one line of `--json`; the PNG itself carries it without output and seconds.
public struct PictureRecord: Sendable, Codable, Equatable {
    /// The sound's name as it was given; inside a PNG only the last part of its path. Nil without a sound.
    public var input: String?
    public var output: String?
    public let width: Int
    public let height: Int
    /// The size that the model drew, where the picture was enlarged or reduced from it.
    public let drawnSize: PictureSize?
    public let model: String
    /// Version of the program.
    public let version: String
    public let precision: Precision
    public internal(set) var settings: GenerationSettings
    /// The prompts that the sound took part in, by their shares; empty where it was in none.
    public internal(set) var prompts: [WeightedPrompt] = []
    /// Specific classes nearest by cosine to the embedding of the sound, or of the words where there is none, best first.
    public let heard: [ScoredLabel]
    /// The audio encoder's own highest scores, best first; nil without a sound.
    public let audioScores: [ScoredLabel]?
    /// Seconds of the sound that were listened to; nil without a sound.
    public internal(set) var secondsHeard: Double?
    /// Warnings about the sound, the words or the picture to start from, such as that it ends early, each in one sentence.
    public internal(set) var warnings: [String] = []
    /// The seeds that were tried, with what the critic found, in their order; empty where one was drawn alone.
    public internal(set) var candidates: [ScoredSeed] = []
    /// Heading of `heard`: of words alone nothing was heard, and the classes are the nearest to the words.
    public var headingOfHeard: String { audioScores == nil ? "nearest sounds" : "heard" }
    /// What a text-to-image model was, beside its name; nil for a bundle.
    public internal(set) var checkpoint: CheckpointRecord?
    /// Wall time of each stage.
    public var seconds: StageSeconds?

    public init(
        input: String?, picture: Picture, drawnSize: PictureSize? = nil, model: String, precision: Precision,
        settings: GenerationSettings,
        heard: [ScoredLabel], audioScores: [ScoredLabel]?
    ) {
        self.input = input
        (width, height, self.drawnSize) = (picture.width, picture.height, drawnSize)
        self.model = model
        version = Version.current
        self.precision = precision
        self.settings = settings
        self.heard = heard
        self.audioScores = audioScores
    }

    /// Returns one JSON object, keys sorted, settings beside the rest.
    public func json(pretty: Bool = false) throws -> String {
        let encoder = JSONEncoder.ofLines
        if pretty { encoder.outputFormatting.insert(.prettyPrinted) }
        return String(decoding: try encoder.encode(self), as: UTF8.self)
    }

    private enum CodingKeys: String, CodingKey {
        case input, output, width, height, drawnSize, model, version, precision, heard, audioScores, secondsHeard,
            warnings, tried, checkpoint, prompts, seconds
    }

    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        input = try values.decodeIfPresent(String.self, forKey: .input)
        output = try values.decodeIfPresent(String.self, forKey: .output)
        width = try values.decode(Int.self, forKey: .width)
        height = try values.decode(Int.self, forKey: .height)
        drawnSize = try values.decodeIfPresent(PictureSize.self, forKey: .drawnSize)
        model = try values.decode(String.self, forKey: .model)
        version = try values.decode(String.self, forKey: .version)
        precision = try values.decode(Precision.self, forKey: .precision)
        settings = try GenerationSettings(from: decoder)
        heard = try values.decode([ScoredLabel].self, forKey: .heard)
        audioScores = try values.decodeIfPresent([ScoredLabel].self, forKey: .audioScores)
        secondsHeard = try values.decodeIfPresent(Double.self, forKey: .secondsHeard)
        warnings = try values.decodeIfPresent([String].self, forKey: .warnings) ?? []
        candidates = try values.decodeIfPresent([ScoredSeed].self, forKey: .tried) ?? []
        checkpoint = try values.decodeIfPresent(CheckpointRecord.self, forKey: .checkpoint)
        prompts = try values.decodeIfPresent([WeightedPrompt].self, forKey: .prompts) ?? []
        seconds = try values.decodeIfPresent(StageSeconds.self, forKey: .seconds)
    }

    public func encode(to encoder: any Encoder) throws {
        try settings.encode(to: encoder)
        var values = encoder.container(keyedBy: CodingKeys.self)
        try values.encodeIfPresent(input, forKey: .input)
        try values.encodeIfPresent(output, forKey: .output)
        try values.encode(width, forKey: .width)
        try values.encode(height, forKey: .height)
        try values.encodeIfPresent(drawnSize, forKey: .drawnSize)
        try values.encode(model, forKey: .model)
        try values.encode(version, forKey: .version)
        try values.encode(precision, forKey: .precision)
        try values.encode(heard, forKey: .heard)
        try values.encodeIfPresent(audioScores, forKey: .audioScores)
        try values.encodeIfPresent(secondsHeard, forKey: .secondsHeard)
        if !warnings.isEmpty { try values.encode(warnings, forKey: .warnings) }
        if !candidates.isEmpty { try values.encode(candidates, forKey: .tried) }
        try values.encodeIfPresent(checkpoint, forKey: .checkpoint)
        if !prompts.isEmpty { try values.encode(prompts, forKey: .prompts) }
        try values.encodeIfPresent(seconds, forKey: .seconds)
    }
}

extension PictureRecord {
    /// What the sound became, for people: its prompts by their shares, or the form without words; nil where it took neither.
    public var promptLine: String? {
        guard !prompts.isEmpty else {
            return audioScores != nil && settings.soundAs == .tokens ? SoundForm.tokens.rawValue : nil
        }
        return prompts.map { prompt in
            let share = prompts.count > 1 ? " \((Double(prompt.weight) * 100).rounded() / 100)" : ""
            return "“\(prompt.text)”\(share)"
        }.joined(separator: ", ")
    }
}
