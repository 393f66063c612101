import FilesOnDisk
import Foundation
import FrozenEncoders
import FuseMix
import TensorCore

/// A trained adapter from sounds to the sentence space: the x side of an adapter pair whose y side is the identity, so
/// that sounds move to the text encoder's space and words stay where they are.
///
/// An adapter trained to stay away from other names tells classes apart, but its output lies where the decoder has
/// never been. A component with `keys.safetensors` (`keys` `[classes, channels]`) is therefore read by attention over
/// the names of the audio encoder's classes: the adapter's correction is the query, the class scores are the prior, and
/// the embeddings of the names are the values, so that every embedding is a mixture of names. The idea of projecting
/// onto a memory of texts comes from DeCap (Li et al., ICLR 2023, section 3.2).
struct AnchoredAdapter: SoundNaming {
    let space: EmbeddingSpace
    private let adapter: Adapter
    private let words: ClassWords
    /// Maps a correction `[1, channels]` to the emphasis on each class `[1, classes]`; nil for a component without keys.
    private let keys: Linear?
    private let path: String

    var channels: Int { adapter.outputSize }

    /// Reads a component that `train --anchored` wrote, with the keys that may have been added to it.
    /// Throws `FileContentError` or `TensorFileError`, naming the file, when it is invalid or has moved the words.
    init(contentsOf directory: URL, words: ClassWords) throws {
        path = directory.path(percentEncoded: false)
        (self.words, space) = (words, words.space)
        let pair = try AdapterPair(contentsOf: directory)
        guard pair.configuration.y.kind == .identity else {
            throw FileContentError.unsuitable(
                file: directory.appending(path: "config.json").path(percentEncoded: false),
                found: "adapters that move the words too", expected: "anchored ones, whose y is the identity,")
        }
        guard words.channels == pair.x.outputSize else {
            throw ModelError.badComponent(
                path: words.name,
                reason: "its width is \(words.channels), but the sound adapter's \(pair.x.outputSize).")
        }
        adapter = pair.x
        let keys = directory.appending(path: "keys.safetensors")
        guard FileManager.default.fileExists(atPath: keys.path(percentEncoded: false)) else {
            self.keys = nil
            return
        }
        let weight = try WeightReader.read(keys) { try $0.tensor("keys", [words.count, pair.x.outputSize]) }.float32()
        guard weight.withFloats({ $0.allSatisfy { $0.isFinite } }) else {
            throw FileContentError.unsuitable(
                file: keys.path(percentEncoded: false), found: "keys that are not finite", expected: "finite numbers")
        }
        self.keys = Linear(weight: weight, bias: nil, precision: .float32)
    }

    func embedding(of sound: EncodedSound) throws -> Embedding {
        let latents = try latents(of: sound)
        guard let emphasis = emphasis(of: latents) else { return Embedding(adapter(latents).item(0), in: space) }
        return try words.embedding(of: sound, emphasis: emphasis)
    }

    /// Without keys the names are those of the scores alone.
    func names(of sound: EncodedSound, count: Int) throws -> [ScoredLabel] {
        guard let emphasis = emphasis(of: try latents(of: sound)) else {
            return try words.names(of: sound, count: count)
        }
        return try words.names(of: sound, emphasis: emphasis, count: count)
    }

    /// Returns the features of a sound that the adapter takes, as the width of its input tells. Throws `ModelError`.
    private func latents(of sound: EncodedSound) throws -> Tensor {
        let features = SoundFeatures.allCases.first {
            $0.count(of: sound) == adapter.inputSize
        }
        guard let features else {
            throw ModelError.badComponent(
                path: path,
                reason: """
                    it takes \(adapter.inputSize) channels, but the audio encoder has an embedding of \
                    \(sound.embedding.count) and \(sound.scores?.count ?? 0) scores.
                    """)
        }
        return Tensor(features.vector(of: sound), shape: [1, adapter.inputSize])
    }

    private func emphasis(of latents: Tensor) -> [Float]? {
        keys.map { $0(adapter.correction(of: latents)).item(0).floats }
    }
}
