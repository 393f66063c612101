import FilesOnDisk
import Foundation
import FrozenEncoders
import TensorCore

/// Names of the audio encoder's specific classes, embedded by the text encoder. They say what was heard; weighted by
/// the class scores, they map sounds to the sentence space without training.
///
/// A component folder holds `config.json`, `embeddings.safetensors`, `general.tsv` (names too general to say what was heard,
/// such as “Animal” or “Music”, each with the reason) and, if talk is not to drown the rest, `voices.tsv` (`VoiceRule`); the
/// names themselves are the audio encoder's `labels.txt`.
public struct ClassWords: SoundNaming {
    public let space: EmbeddingSpace
    /// Width of the text encoder's vectors.
    public let channels: Int
    /// Number of classes, including general ones.
    var count: Int { labels.count }
    private let labels: [String]
    private let isSpecific: [Bool]
    private let voices: VoiceRule
    /// The classes' unit embeddings `[classes, channels]`.
    private let rows: Tensor
    /// Maps scores `[1, classes]` to the weighted sum of the classes' unit embeddings `[1, channels]`.
    private let weigh: Linear
    /// Maps an embedding `[1, channels]` to its cosines with the classes' embeddings `[1, classes]`.
    private let compare: Linear
    /// Exponent of the scores before they weight the embeddings.
    private let power: Float
    /// Name of these class words in error messages.
    let name: String

    /// Reads the component. Throws `FileContentError` or `TensorFileError`, naming the file, when one is missing or
    /// does not fit the others.
    ///
    /// - Parameters:
    ///   - audioEncoder: The folder of the encoder that has these classes.
    ///   - space: The space of the text encoder's sentences.
    init(contentsOf directory: URL, audioEncoder: URL, space: EmbeddingSpace) throws {
        let power = try Configuration(contentsOf: directory.appending(path: "config.json")).scorePower
        let labels = try TextFile.lines(at: audioEncoder.appending(path: "labels.txt"))
        let general = try RemarkedLabels(at: directory.appending(path: "general.tsv"), of: labels).labels
        let voices = try VoiceRule(contentsOf: directory.appending(path: "voices.tsv"), of: labels)
        let embeddings = try Embeddings(
            contentsOf: directory.appending(path: "embeddings.safetensors"), count: labels.count, in: space)
        self.init(
            labels: labels, general: general, voices: voices, embeddings: embeddings, scorePower: power,
            name: directory.path(percentEncoded: false))
    }

    /// - Parameters:
    ///   - labels: Names of the audio encoder's classes, in the order of its scores.
    ///   - general: Labels that say too little about a sound.
    ///   - voices: Which labels are talk, which gives way to what else is heard.
    ///   - embeddings: One for each label, by the text encoder.
    ///   - scorePower: Exponent of the scores before they weight the embeddings; above 0.
    ///   - name: Name of the class words in error messages.
    public init(
        labels: [String], general: Set<String> = [], voices: VoiceRule = VoiceRule(), embeddings: Embeddings,
        scorePower: Float = 1.5, name: String = "class words"
    ) {
        precondition(labels.count == embeddings.count, "an embedding for each label")
        (self.labels, self.name, power, rows) = (labels, name, scorePower, embeddings.rows)
        self.voices = voices
        isSpecific = labels.map { !general.contains($0) }
        (space, channels) = (embeddings.space, embeddings.channels)
        weigh = Linear(weight: embeddings.rows.transposed(), bias: nil, precision: .float32)
        compare = Linear(weight: embeddings.rows, bias: nil, precision: .float32)
    }

    /// Returns class words for the classes of another encoder: those of the same name keep their embeddings, others get that
    /// which `embedding` returns. Throws what that throws.
    func naming(_ labels: [String], embedding: (String) throws -> Tensor) rethrows -> ClassWords {
        let places = Dictionary(zip(self.labels, 0...), uniquingKeysWith: { first, _ in first })
        let rows = try labels.map { label in
            try places[label].map(self.rows.item) ?? embedding(label).normalized()
        }
        let general = Set(zip(self.labels, isSpecific).filter { !$1 }.map(\.0))
        return ClassWords(
            labels: labels, general: general, voices: voices,
            embeddings: Embeddings(normalized: .stacked(rows), in: space),
            scorePower: power, name: name)
    }

    /// Returns normalise(Σ scoreᵖ · embedding) over the specific classes.
    /// Throws `ModelError` when the sound's encoder has other classes.
    public func embedding(of sound: EncodedSound) throws -> Embedding {
        let weights = try weights(of: sound)
        return Embedding(weigh(Tensor(weights, shape: [1, labels.count])).item(0), in: space)
    }

    public func names(of sound: EncodedSound, count: Int) throws -> [ScoredLabel] {
        try names(weighing: weights(of: sound), count: count)
    }

    /// Returns the specific classes with the greatest weights, one a class, best first, and their shares of the sum.
    /// Throws `SettingError` for a count below 1.
    func names(weighing weights: [Float], count: Int) throws -> [ScoredLabel] {
        precondition(weights.count == labels.count, "one weight a class")
        try SettingError.require(count: count)
        let specific = labels.indices.filter { isSpecific[$0] }
        let best = ScoredLabel.best(count, of: specific.map { ScoredLabel(label: labels[$0], score: weights[$0]) })
        let sum = best.reduce(0) { $0 + $1.score }
        return best.map { ScoredLabel(label: $0.label, score: sum > 0 ? $0.score / sum : 1 / Float(best.count)) }
    }

    /// Returns scoreᵖ of each class, 0 for a general one. Throws `ModelError`.
    private func weights(of sound: EncodedSound) throws -> [Float] {
        guard let scores = sound.scores, scores.count == labels.count else {
            throw ModelError.badComponent(
                path: name,
                reason: "it names \(labels.count) classes, but the audio encoder has \(sound.scores?.count ?? 0).")
        }
        return zip(scoresBesideTalk(scores), isSpecific).map { score, isSpecific in isSpecific ? pow(score, power) : 0 }
    }

    /// The scores, those of talk 0 where another specific class is heard.
    func scoresBesideTalk(_ scores: [Float]) -> [Float] {
        voices.applied(to: scores, of: labels, isSpecific: isSpecific)
    }

    /// Returns the specific classes by the cosine of their embeddings with the given one, best first.
    /// Throws `ConditioningError.otherSpace`; `ModelError` for embeddings of another width; `SettingError` for a count
    /// below 1.
    public func nearest(to embedding: Embedding, count: Int) throws -> [ScoredLabel] {
        try SettingError.require(count: count)
        guard embedding.space == space else {
            throw ConditioningError.otherSpace(found: embedding.space, expected: space)
        }
        guard embedding.vector.count == channels else {
            throw ModelError.misfit(
                "an embedding has \(embedding.vector.count) numbers, but those of the class words \(channels)")
        }
        let cosines = compare(embedding.vector).floats
        let specific = labels.indices.filter { isSpecific[$0] }
        return ScoredLabel.best(count, of: specific.map { ScoredLabel(label: labels[$0], score: cosines[$0]) })
    }
}

// MARK: Files

extension ClassWords {
    private struct Configuration: CheckedJSON {
        let scorePower: Float

        enum CodingKeys: String, CodingKey {
            case scorePower = "score_power"
        }

        func validate(_ check: FieldCheck) throws {
            try check.require(scorePower, in: 0.01...100, "score_power")
        }
    }
}
