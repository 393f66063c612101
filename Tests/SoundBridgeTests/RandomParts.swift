import FrozenEncoders
import LatentDiffusion
import PictureFiles
import SoundFrontEnd
import Synchronization
import TensorCore

@testable import SoundBridge

/// The smallest possible parts of a pipeline: they compute next to nothing and need no file.
enum RandomParts {
    static let space = EmbeddingSpace("tiny sentences")

    /// An encoder that returns a sound's mean, its power, and its number of samples.
    struct Ears: AudioEncoder {
        let sampleRate = 8000
        let embeddingLength = 3
        let labels: [String]?

        func listen(to waveform: Waveform, pooling: WindowPooling) throws -> EncodedSound {
            var samples: [Float] = []
            while let block = try waveform.nextBlock() { samples += block }
            guard !samples.isEmpty else { throw EncoderError.silent }
            let power = samples.reduce(0) { $0 + $1 * $1 } / Float(samples.count)
            let mean = samples.reduce(0, +) / Float(samples.count)
            return EncodedSound(
                embedding: [mean, power, Float(samples.count) / 8000],
                scores: labels.map { $0.indices.map { 1 / Float($0 + 1) } })
        }
    }

    struct Words: TextEncoder {
        let embeddingLength = 3
        func encode(_ text: String) -> EncodedText {
            let bytes = text.utf8.reduce(into: [Float](repeating: 0.1, count: 3)) { $0[Int($1) % 3] += Float($1) }
            return EncodedText(tokenStates: nil, pooled: Tensor(bytes, shape: [3]))
        }
    }

    struct Adapter: SoundAdapter {
        let space = RandomParts.space
        let channels = 3
        func embedding(of sound: EncodedSound) throws -> Embedding {
            Embedding(Tensor(sound.embedding, shape: [3]), in: space)
        }
    }

    /// A denoiser that pulls latents towards its condition. It has no learned null condition unless it is given one.
    struct Painter: Denoiser {
        let latentShape = [2, 2, 3]
        let latentMultiple = 1
        var conditionShape = ConditionShape(tokens: 1, width: 3)
        var schedule: any NoiseSchedule { RectifiedFlow() }
        var nullCondition: Condition? = Condition(vector: Tensor(zeros: [3]))
        /// Called with the batch size of every call.
        var observe: @Sendable (Int) -> Void = { _ in }

        func allows(height: Int, width: Int) -> Bool { height <= 4 && width <= 4 }

        func callAsFunction(_ latents: Tensor, timesteps: [Float], conditions: [Condition]) throws -> Tensor {
            observe(timesteps.count)
            let item = latents.count / timesteps.count
            let values = latents.floats.enumerated().map { index, x in
                x - conditions[index / item].tokens.floats[index % 3]
            }
            return Tensor(values, shape: latents.shape)
        }
    }

    /// An autoencoder whose latents are pictures, each pixel four by four.
    struct Blocks: Autoencoder {
        let scale = 4
        let latentChannels = 3

        func encode(_ pictures: Tensor) throws -> Tensor {
            let (height, width) = (pictures.shape[1] / scale, pictures.shape[2] / scale)
            let values = pictures.floats
            return Tensor(
                (0..<height * width * 3).map { index in
                    let (y, x, channel) = (index / 3 / width, index / 3 % width, index % 3)
                    return values[(y * scale * pictures.shape[2] + x * scale) * 3 + channel]
                }, shape: [1, height, width, 3])
        }

        func decode(_ latents: Tensor) throws -> Tensor { latents.upsampledNearest().upsampledNearest() }
    }

    @ComputeActor
    static func pipeline(
        labels: [String]? = ["low", "high"], painter: Painter = Painter()
    ) -> Pipeline {
        let words = LazyPart<any TextEncoder>(Words()), adapter = LazyPart<any SoundAdapter>(Adapter())
        let names = labels.map { labels in
            LazyPart(
                ClassWords(
                    labels: labels,
                    embeddings: Embeddings(
                        Tensor(Array([1, 0, 0, 0, 1, 0].prefix(3 * labels.count)), shape: [labels.count, 3]), in: space)
                ))
        }
        return Pipeline(
            ModelParts(
                name: "tiny",
                defaults: ModelDefaults(sampler: .euler, steps: 3, guidanceScale: 2, soundGuidanceScale: 3),
                audioEncoder: LazyPart(Ears(labels: labels)),
                conditioner: SentencePoint(space: space, textEncoder: words, soundAdapter: adapter),
                classWords: names, denoiser: LazyPart(painter), autoencoder: LazyPart(Blocks())))
    }
}
