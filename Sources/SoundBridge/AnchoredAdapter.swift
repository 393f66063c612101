import Foundation
import FrozenEncoders
import FuseMix
import TensorCore

/// The trained bridge from sounds to the conditioning space: the x side of an adapter pair whose y side is the
/// identity, so that sounds were brought to where the text encoder puts words.
struct AnchoredAdapter: SoundConditioning {
    private let adapter: Adapter
    private let path: String

    var channels: Int { adapter.outputSize }

    /// Reads a component that `train --anchored` wrote.
    /// Throws `ComponentError` or `TensorFileError`, naming the file, when it is unfit or has moved the words.
    init(contentsOf directory: URL) throws {
        path = directory.path(percentEncoded: false)
        let pair = try AdapterPair(contentsOf: directory)
        guard pair.configuration.y.kind == .identity else {
            throw ComponentError.unsuitable(
                file: directory.appending(path: "config.json").path(percentEncoded: false),
                found: "adapters that move the words too", expected: "anchored ones, whose y is the identity,")
        }
        adapter = pair.x
    }

    /// The width of the latents says which features of the sound it takes.
    func condition(on sound: SoundLatent) throws -> Condition {
        let features = SoundFeatures.allCases.first {
            $0.count(embedding: sound.embedding.count, scores: sound.scores.count) == adapter.inputSize
        }
        guard let features else {
            throw ModelError.badComponent(
                path: path,
                reason: """
                    it takes \(adapter.inputSize) channels, but the audio encoder has an embedding of \
                    \(sound.embedding.count) and \(sound.scores.count) scores.
                    """)
        }
        return Condition(adapter(Tensor(features.vector(of: sound), shape: [1, adapter.inputSize])).item(0))
    }
}
