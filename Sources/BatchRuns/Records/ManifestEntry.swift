import FilesOnDisk
import Foundation
import SoundBridge

/// The outcome of one picture of a batch: only facts that inputs and settings determine, so that equal runs have equal
/// manifests, wherever and whenever they ran.
///
/// As JSON it is the line of `--json` without `seconds`, and with `status` (`done`, `skipped`, `failed`). A skipped one
/// has the settings, `width`, `height`, `model`, `version`, `precision`, `heard` and `audioScores` that the picture there
/// carries, if it carries any; a failed one lacks these and has an `error`. A path in a folder that could not be listed is a failed entry of `input`, `status` and `error`
/// alone, and one that was passed over an entry of `input`, `status` (`passed over`) and `reason`.
public struct ManifestEntry: Sendable, Equatable {
    public enum Outcome: Sendable, Equatable {
        /// The picture was made; the record's `input` and `output` are those of the entry.
        case done(PictureRecord)
        /// The picture's file existed before; the record is the one that the file carries, nil where it carries none, or
        /// that of another sound.
        case skipped(PictureRecord? = nil)
        /// The picture failed, for a reason in one sentence.
        case failed(String)
        /// The path was left out of the run.
        case passedOver(PassedOver.Reason)

        public var status: Status {
            switch self {
            case .done: .done
            case .skipped: .skipped
            case .failed: .failed
            case .passedOver: .passedOver
            }
        }
    }

    /// An outcome without its details.
    public enum Status: String, Sendable, Codable {
        case done, skipped, failed
        case passedOver = "passed over"
    }

    /// The sound's path as it was given, or beginning with the input folder as it was given; nil without a sound.
    public let input: String?
    /// The picture's path below the run's folder, parts separated by `/`. Nil where nothing was planned.
    public let output: String?
    /// Settings that were planned, or that a skipped picture carries; nil where nothing was planned.
    public let settings: GenerationSettings?
    public let outcome: Outcome

    public init(input: String?, output: String?, settings: GenerationSettings?, outcome: Outcome) {
        (self.input, self.output, self.settings, self.outcome) = (input, output, settings, outcome)
    }

    /// Returns one JSON object, keys sorted.
    public func json() throws -> Data { try JSONEncoder.ofLines.encode(self) }
}

extension ManifestEntry: Codable {
    private enum CodingKeys: String, CodingKey {
        case input, output, status, error, reason
    }

    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        input = try values.decodeIfPresent(String.self, forKey: .input)
        output = try values.decodeIfPresent(String.self, forKey: .output)
        settings = try output.map { _ in try GenerationSettings(from: decoder) }
        switch try values.decode(Status.self, forKey: .status) {
        case .done: outcome = .done(try PictureRecord(from: decoder))
        case .skipped: outcome = .skipped(try? PictureRecord(from: decoder))
        case .failed: outcome = .failed(try values.decode(String.self, forKey: .error))
        case .passedOver: outcome = .passedOver(try values.decode(PassedOver.Reason.self, forKey: .reason))
        }
    }

    public func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: CodingKeys.self)
        switch outcome {
        case .done(var record), .skipped(var record?):
            record.seconds = nil
            try record.encode(to: encoder)
        case .skipped(nil):
            try settings?.encode(to: encoder)
        case .failed(let error):
            try settings?.encode(to: encoder)
            try values.encode(error, forKey: .error)
        case .passedOver(let reason):
            try values.encode(reason, forKey: .reason)
        }
        try values.encode(outcome.status, forKey: .status)
        try values.encodeIfPresent(input, forKey: .input)
        try values.encodeIfPresent(output, forKey: .output)
    }
}
