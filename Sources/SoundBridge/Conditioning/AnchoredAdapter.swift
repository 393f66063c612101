import FilesOnDisk
import Foundation
import FrozenEncoders
import FuseMix
import TensorCore

/// A trained adapter from sounds to the sentence space: the x side of an adapter pair whose y side is the identity, so
/// that sounds move to the text encoder's space and words stay where they are.
///
/// An adapter may lead to points where the decoder has never been. One whose base has a gain (`train --base-gain`)
/// multiplies the weights of the class names instead, so that every embedding is a mixture of names.
struct AnchoredAdapter: SoundNaming {
    let space: EmbeddingSpace
    private let adapter: Adapter
    private let words: ClassWords
    private let path: String

    var channels: Int { adapter.outputSize }

    /// Reads a component that `train --anchored` wrote.
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
        if let base = pair.configuration.x.base, base.gain != nil, base.count != words.count {
            throw FileContentError.unsuitable(
                file: directory.appending(path: "config.json").path(percentEncoded: false),
                found: "a base of \(base.count) scores", expected: "\(words.count), one a class,")
        }
        adapter = pair.x
    }

    func embedding(of sound: EncodedSound) throws -> Embedding {
        Embedding(adapter(try latents(of: sound)).item(0), in: space)
    }

    /// Without a gain the names are those of the scores alone.
    func names(of sound: EncodedSound, count: Int) throws -> [ScoredLabel] {
        guard let weights = adapter.weights(of: try latents(of: sound))?.item(0).floats else {
            return try words.names(of: sound, count: count)
        }
        return try words.names(weighing: weights, count: count)
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
        // Of another encoder's classes the words know nothing.
        let scores = sound.scores.map { $0.count == words.count ? words.scoresBesideTalk($0) : $0 }
        let heard = EncodedSound(embedding: sound.embedding, scores: scores)
        return Tensor(features.vector(of: heard), shape: [1, adapter.inputSize])
    }
}
