import Retrieval
import TensorCore

/// Measures by which audio-to-image systems are compared. All are shares; more is better, and chance is 0.5 for the
/// first two. Nil where there is nothing to measure.
public struct Similarities: Sendable, Codable, Equatable {
    /// AIS, audio–image similarity.
    public let audioImage: Double?
    /// IIS, image–image similarity.
    public let imageImage: Double?
    /// AIC, audio–image content.
    public let content: Double?
    /// Number of pictures made from sounds, and of distinct sounds, over which AIS and AIC are taken.
    public let pictures: Int
    public let sounds: Int

    static let audioImageRule = """
        The share of the other sounds that are less similar to a picture than its own sound is, averaged over the \
        pictures; cosine, the sound by way of the conditioning space and the words' side of the image-text adapters, the \
        picture by their other side. A tie counts against the picture.
        """
    static let imageImageRule = """
        The share of the real pictures of other concepts that are less similar to a picture than a real picture of \
        its concept is, averaged over these and over the pictures; cosine of features. A tie counts against the picture.
        """
    static let contentRule = """
        The share of the pictures made of sounds that the probe takes for the concept of their sound.
        """

    enum CodingKeys: String, CodingKey {
        case audioImage = "AIS"
        case imageImage = "IIS"
        case content = "AIC"
        case pictures, sounds
    }

    /// - Parameter ranks: Rank of each generated picture's concept by the probe.
    init(generated: ConceptPictures, real: ConceptPictures, sounds: SoundPictures?, ranks: [Int]) {
        audioImage = sounds?.audioImageSimilarity
        imageImage = Self.imageImage(generated: generated, real: real)
        content = sounds.map { sounds in
            Double(sounds.pictures.count { ranks[$0] == 1 }) / Double(sounds.pictures.count)
        }
        (pictures, self.sounds) = (sounds?.pictures.count ?? 0, sounds?.soundVectors.shape[0] ?? 0)
    }

    /// Computes IIS; nil when no picture has real pictures both of its own concept and of another.
    static func imageImage(generated: ConceptPictures, real: ConceptPictures) -> Double? {
        let shares = (0..<generated.count).compactMap { picture -> Double? in
            let scores = PoolShare.scores(
                of: generated.directions.vectors.item(picture), with: real.directions.vectors)
            let (own, others) = scores.indices.reduce(into: ([Double](), [Double]())) { parts, index in
                if real.concepts[index] == generated.concepts[picture] {
                    parts.0.append(scores[index])
                } else {
                    parts.1.append(scores[index])
                }
            }
            guard !own.isEmpty, !others.isEmpty else { return nil }
            return own.reduce(0) { $0 + PoolShare.below($1, others) } / Double(own.count)
        }
        return shares.isEmpty ? nil : shares.reduce(0, +) / Double(shares.count)
    }
}

/// Rank of a score within a pool, as a share; AIS and IIS are means of it.
enum PoolShare {
    /// Returns the share of `others` below `own`; a tie counts against it. `others` is not empty.
    static func below(_ own: Double, _ others: some Collection<Double>) -> Double {
        Double(others.count { $0 < own }) / Double(others.count)
    }

    /// Returns dot products of one row with all rows of `others`, in double precision.
    ///
    /// - Parameters:
    ///   - row: `[channels]`.
    ///   - others: `[count, channels]`.
    static func scores(of row: Tensor, with others: Tensor) -> [Double] {
        row.withFloats { row in
            others.withFloats { others in
                (0..<others.count / row.count).map { start in
                    row.indices.reduce(0) { $0 + Double(row[$1]) * Double(others[start * row.count + $1]) }
                }
            }
        }
    }
}
