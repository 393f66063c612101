import Foundation
import SoundBridge

/// Facts common to all pictures of a run; a run can only be resumed, or done in parts, with the same header.
public struct RunHeader: Sendable, Codable, Equatable {
    /// Name of the model.
    public let model: String
    /// Digest of the model's components (`ModelBundle.digest`).
    public let components: String
    /// Version of the program.
    public let version: String
    public let precision: Precision
    /// Threads that networks compute with, in `ThreadCount.range`.
    public let threads: Int
    /// Whether pictures carry their settings.
    public let metadata: Bool
    /// Settings of the run; an item of a list may have others.
    public let settings: GenerationSettings
    /// The record of a text-to-image model; nil for a bundle.
    public let checkpoint: CheckpointRecord?

    public init(
        model: String, components: String, precision: Precision, threads: Int, metadata: Bool,
        settings: GenerationSettings, checkpoint: CheckpointRecord? = nil
    ) {
        (self.model, self.components, version) = (model, components, Version.current)
        (self.precision, self.threads, self.metadata) = (precision, threads, metadata)
        (self.settings, self.checkpoint) = (settings, checkpoint)
    }

    /// Returns the first difference between the two, in words such as “steps 20, not 30” (this has 20); nil when they
    /// are equal.
    public func difference(from other: RunHeader) -> String? {
        guard self != other else { return nil }
        let (mine, others) = (fields, other.fields)
        let differing = Set(mine.keys).union(others.keys).filter { mine[$0] != others[$0] }.sorted()
        // The digest differs with what is in it, which says more.
        guard let name = differing.first(where: { $0 != "components" }) ?? differing.first else { return nil }
        return "\(name) \(mine[name] ?? "none"), not \(others[name] ?? "none")"
    }

    /// The header as words, settings included.
    private var fields: [String: String] {
        guard let data = try? JSONEncoder().encode(self),
            var object = try? JSONSerialization.jsonObject(with: data) as? [String: Any]
        else { return [:] }
        object.merge(object.removeValue(forKey: "settings") as? [String: Any] ?? [:]) { $1 }
        object["checkpoint"] = nil
        return object.mapValues { "\($0)" }.merging(checkpoint?.fields ?? [:]) { $1 }
    }
}
