import Foundation
import FrozenEncoders
import TensorCore

/// The names of the audio encoder's specific classes, embedded by the text encoder: they say what was heard, and
/// weighed by the scores of their classes they are a bridge from sounds to the conditioning space without training.
///
/// A component folder holds `config.json`, `embeddings.safetensors` and `general.tsv` (names too general to say
/// what was heard, such as “Animal” or “Music”, each with the reason); the names themselves are the audio encoder's
/// `labels.txt`.
struct ClassWords: SoundConditioning {
    /// Width of the conditions: that of the text encoder's vectors.
    let channels: Int
    /// Classes, general ones too.
    var count: Int { labels.count }
    private let labels: [String]
    private let isSpecific: [Bool]
    /// Scores `[1, classes]` → the weighted sum of the classes' unit embeddings `[1, channels]`.
    private let weigh: Linear
    /// A condition `[1, channels]` → its cosines with the classes' embeddings `[1, classes]`.
    private let compare: Linear
    /// Scores are raised to this before they weigh the embeddings.
    private let power: Float
    private let path: String

    /// Throws `ComponentError` or `TensorFileError`, naming the file, when one is missing or does not fit the others.
    ///
    /// - Parameter audioEncoder: The folder of the encoder whose classes these are.
    init(contentsOf directory: URL, audioEncoder: URL) throws {
        path = directory.path(percentEncoded: false)
        power = try Configuration(contentsOf: directory.appending(path: "config.json")).scorePower
        let labels = try ComponentFile.lines(at: audioEncoder.appending(path: "labels.txt"))
        let general = try Self.general(in: directory.appending(path: "general.tsv"), of: labels)
        let embeddings = try Self.embeddings(in: directory.appending(path: "embeddings.safetensors"), of: labels)
        self.labels = labels
        isSpecific = labels.map { !general.contains($0) }
        channels = embeddings.channels
        weigh = Linear(weight: embeddings.transposed(), bias: nil, precision: .float32)
        compare = Linear(weight: embeddings, bias: nil, precision: .float32)
    }

    /// normalise(Σ scoreᵖ · embedding) over the specific classes.
    /// Throws `ModelError` when the sound's encoder has other classes.
    func condition(on sound: SoundLatent) throws -> Condition {
        try condition(on: sound, emphasis: Array(repeating: 0, count: labels.count))
    }

    /// normalise(Σ scoreᵖ · exp(emphasis) · embedding) over the specific classes.
    /// Throws `ModelError` when the sound's encoder has other classes.
    ///
    /// - Parameter emphasis: For each class.
    func condition(on sound: SoundLatent, emphasis: [Float]) throws -> Condition {
        precondition(emphasis.count == labels.count, "one emphasis a class")
        guard sound.scores.count == labels.count else {
            throw ModelError.badComponent(
                path: path,
                reason: "it names \(labels.count) classes, but the audio encoder has \(sound.scores.count).")
        }
        // The length does not matter, so the greatest factor may as well be 1, which cannot overflow.
        let greatest = zip(emphasis, isSpecific).reduce(-Float.infinity) { $1.1 ? max($0, $1.0) : $0 }
        let weights = labels.indices.map { label in
            isSpecific[label] ? pow(sound.scores[label], power) * exp(emphasis[label] - greatest) : 0
        }
        return Condition(weigh(Tensor(weights, shape: [1, labels.count])).item(0))
    }

    /// Specific classes by the cosine of their embeddings with the condition, best first.
    func nearest(to condition: Condition, count: Int) -> [ScoredLabel] {
        let cosines = compare(condition.vector).floats
        let specific = labels.indices.filter { isSpecific[$0] }
        return ScoredLabel.best(count, of: specific.map { ScoredLabel(label: labels[$0], score: cosines[$0]) })
    }

    /// Classes by the audio encoder's own scores, best first.
    func best(of sound: SoundLatent, count: Int) -> [ScoredLabel] {
        ScoredLabel.best(count, of: zip(labels, sound.scores).map { ScoredLabel(label: $0, score: $1) })
    }
}

// MARK: Files

extension ClassWords {
    private struct Configuration: ComponentConfiguration {
        let scorePower: Float

        enum CodingKeys: String, CodingKey {
            case scorePower = "score_power"
        }

        func validate(_ check: FieldCheck) throws {
            try check.require(scorePower, in: 0.01...100, "score_power")
        }
    }

    /// Names before the tabs of a table, each a label.
    private static func general(in table: URL, of labels: [String]) throws -> Set<String> {
        let known = Set(labels)
        let names = try ComponentFile.lines(at: table).map { line in
            let columns = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
            guard columns.count == 2, known.contains(columns[0]) else {
                throw ComponentError.unsuitable(
                    file: table.path(percentEncoded: false), found: "the line “\(line.onOneLine)”",
                    expected: "a label of the audio encoder, a tab and a reason")
            }
            return columns[0]
        }
        return Set(names)
    }

    /// Unit vectors `[labels, channels]`.
    private static func embeddings(in file: URL, of labels: [String]) throws -> Tensor {
        let stored = try SafetensorsFile(contentsOf: file).tensor("embeddings")
        let widths = 1...65_536
        guard stored.shape.count == 2, stored.shape[0] == labels.count, widths.contains(stored.shape[1]) else {
            throw ComponentError.unsuitable(
                file: file.path(percentEncoded: false), found: "embeddings of the shape \(stored.shape)",
                expected: "[\(labels.count), \(widths.lowerBound) to \(widths.upperBound)], a row for each label")
        }
        let embeddings = stored.float32()
        guard embeddings.withFloats({ $0.allSatisfy(\.isFinite) }) else {
            throw ComponentError.unsuitable(
                file: file.path(percentEncoded: false), found: "embeddings that are not finite",
                expected: "finite numbers")
        }
        return embeddings.normalized()
    }
}
