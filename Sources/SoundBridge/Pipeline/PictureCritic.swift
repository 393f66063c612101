import FrozenEncoders
import FuseMix
import PictureFiles
import TensorCore

/// Tells how near a picture is to what it was to show: the cosine of both in the space of a model's `image_text` adapters, as
/// the pictures of DALL·E were ranked by CLIP (Ramesh et al., arXiv 2102.12092, section 2.6).
@ComputeActor
public final class PictureCritic {
    private let encoder: any ImageEncoder
    private let textEncoder: LazyPart<any TextEncoder>
    private let pictures, sentences: Adapter
    private let space: EmbeddingSpace

    /// Throws `ModelError.misfit` for adapters of another image encoder.
    ///
    /// - Parameters:
    ///   - encoder: The image encoder of the adapters' side `x`.
    ///   - textEncoder: The text encoder of their side `y`.
    ///   - adapters: From pictures (`x`) and from sentences (`y`).
    ///   - space: That of the sentences.
    init(
        _ encoder: any ImageEncoder, _ textEncoder: LazyPart<any TextEncoder>, _ adapters: AdapterPair,
        space: EmbeddingSpace
    ) throws {
        guard adapters.x.inputSize == encoder.embeddingLength else {
            throw ModelError.misfit(
                "the image_text adapters take pictures of \(adapters.x.inputSize) numbers, but the image encoder makes \(encoder.embeddingLength)"
            )
        }
        (self.encoder, self.textEncoder, self.space) = (encoder, textEncoder, space)
        (pictures, sentences) = (adapters.x, adapters.y)
    }

    /// Returns what gives pictures of a subject their cosines, from −1 to 1. Throws `ModelError`, also for a subject that has no
    /// meaning in the space of the sentences.
    func score(for subject: PictureSubject) throws -> @ComputeActor (Picture) -> Float {
        guard let meaning = try meaning(of: subject.conditioning), meaning.space == space,
            meaning.vector.count == sentences.inputSize
        else { throw ModelError.misfit("the image_text adapters take sentences, and the picture's subject is none") }
        let said = sentences(meaning.vector.reshaped([1, meaning.vector.count])).floats
        return { [encoder, pictures] picture in
            let seen = encoder.encode(picture)
            return zip(pictures(seen.reshaped([1, seen.count])).floats, said).reduce(0) { $0 + $1.0 * $1.1 }
        }
    }

    /// The embedding that a condition was made from; where it was made of prompts, the mean of theirs; nil without either.
    private func meaning(of conditioning: Conditioning) throws -> Embedding? {
        if let embedding = conditioning.embedding { return embedding }
        let prompts = conditioning.prompts.filter { $0.weight > 0 }
        guard !prompts.isEmpty else { return nil }
        return .mean(
            of: try prompts.map { (Embedding(try textEncoder().encode($0.text).pooled, in: space), $0.weight) })
    }
}

/// The seeds that are tried for a picture.
enum CandidateSeeds {
    /// The seed itself, then others made of it, of 63 bits, by the mixing function of SplitMix64 (Steele et al., OOPSLA 2014).
    static func seeds(from seed: UInt64, count: Int) -> [UInt64] {
        (0..<UInt64(count)).map { place in
            guard place > 0 else { return seed }
            var z = seed &+ place &* 0x9E37_79B9_7F4A_7C15
            z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
            z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
            return (z ^ (z >> 31)) >> 1
        }
    }
}
