import Foundation
import FrozenEncoders
import TensorCore

/// The training-free bridge from sounds to the conditioning space: the names of the audio encoder's specific
/// classes, embedded by the text encoder, stand for the classes themselves.
///
/// A component folder holds `config.json`, `embeddings.safetensors` and `general.tsv` (names too general to say
/// what was heard, such as “Animal” or “Music”, each with the reason); the names themselves are the audio encoder's `labels.txt`.
struct ClassWords: Sendable {
    private let labels: [String]
    private let isSpecific: [Bool]
    /// Scores `[1, classes]` → the weighted sum of the classes' unit embeddings `[1, channels]`.
    private let weigh: Linear
    /// A condition `[1, channels]` → its cosines with the classes' embeddings `[1, classes]`.
    private let compare: Linear
    /// Scores are raised to this before they weigh the embeddings.
    private let power: Float

    /// Throws a one-sentence error when a file is missing or does not fit the others.
    ///
    /// - Parameter audioEncoder: The folder of the encoder whose classes these are.
    init(contentsOf directory: URL, audioEncoder: URL) throws {
        power = try Configuration(contentsOf: directory.appending(path: "config.json")).scorePower
        labels = try Self.lines(of: audioEncoder.appending(path: "labels.txt"))
        let general = try Self.lines(of: directory.appending(path: "general.tsv")).compactMap { $0.split(separator: "\t").first }
        isSpecific = labels.map { !general.contains($0[...]) }
        let file = directory.appending(path: "embeddings.safetensors")
        let embeddings = try SafetensorsFile(contentsOf: file).tensor("embeddings").float32().normalized()
        guard embeddings.shape.count == 2, embeddings.shape[0] == labels.count else {
            throw ModelError.badComponent(
                path: file.path(percentEncoded: false),
                reason: "its embeddings have shape \(embeddings.shape), but there are \(labels.count) labels.")
        }
        weigh = Linear(weight: embeddings.transposed(), bias: nil, precision: .float32)
        compare = Linear(weight: embeddings, bias: nil, precision: .float32)
    }

    /// normalise(Σ scoreᵖ · embedding) over the specific classes. Throws `ModelError` when the sound's encoder has other classes.
    func condition(on sound: SoundLatent) throws -> Condition {
        guard sound.scores.count == labels.count else {
            throw ModelError.badComponent(
                path: "bridge", reason: "it names \(labels.count) classes, but the audio encoder has \(sound.scores.count).")
        }
        let weights = zip(sound.scores, isSpecific).map { score, isSpecific in isSpecific ? pow(score, power) : 0 }
        return Condition(weigh(Tensor(weights, shape: [1, labels.count])).item(0))
    }

    /// Specific classes by the cosine of their embeddings with the condition, best first.
    func nearest(to condition: Condition, count: Int) -> [ScoredLabel] {
        let cosines = compare(condition.vector).floats
        return ScoredLabel.best(count, of: labels.indices.filter { isSpecific[$0] }.map { ScoredLabel(label: labels[$0], score: cosines[$0]) })
    }

    /// Classes by the audio encoder's own scores, best first.
    func best(of sound: SoundLatent, count: Int) -> [ScoredLabel] {
        ScoredLabel.best(count, of: zip(labels, sound.scores).map { ScoredLabel(label: $0, score: $1) })
    }
}

extension ClassWords {
    private struct Configuration: Decodable {
        let scorePower: Float

        enum CodingKeys: String, CodingKey {
            case scorePower = "score_power"
        }

        init(contentsOf file: URL) throws {
            let path = file.path(percentEncoded: false)
            do {
                self = try JSONDecoder().decode(Configuration.self, from: Data(contentsOf: file))
            } catch let error as DecodingError {
                throw ModelError.badComponent(path: path, reason: "\(error.sentence).")
            }
            guard scorePower > 0, scorePower.isFinite else {
                throw ModelError.badComponent(path: path, reason: "score_power must be greater than 0.")
            }
        }
    }

    /// The lines of a text file, the last one's end aside.
    private static func lines(of file: URL) throws -> [String] {
        guard let text = try? String(contentsOf: file, encoding: .utf8) else {
            throw ModelError.badComponent(path: file.path(percentEncoded: false), reason: "it cannot be read as UTF-8.")
        }
        return text.split(separator: "\n").map(String.init)
    }
}
