import FrozenEncoders
import LatentDiffusion
import SoundBridge
import SoundFrontEnd
import TensorCore
import Testing

private let sentences = EmbeddingSpace("sentences")

/// A pipeline built from another package's parts draws a sound.
@Suite @ComputeActor struct PartsTests {
    /// An encoder that returns loudness and length of a sound, and is no tagger.
    struct Loudness: AudioEncoder {
        let sampleRate = 8000
        let embeddingLength = 2
        let labels: [String]? = nil

        func listen(to waveform: Waveform, pooling: WindowPooling) throws -> EncodedSound {
            var (sum, count) = (Float(0), 0)
            while let block = try waveform.nextBlock() {
                sum += block.reduce(0) { $0 + $1 * $1 }
                count += block.count
            }
            guard count > 0 else { throw EncoderError.silent }
            return EncodedSound(embedding: [sum / Float(count), Float(count) / 8000], scores: nil)
        }
    }

    struct Letters: TextEncoder {
        let embeddingLength = 2

        func encode(_ text: String) -> EncodedText {
            EncodedText(tokenStates: nil, pooled: Tensor([Float(text.count), 1], shape: [2]))
        }
    }

    struct AsHeard: SoundAdapter {
        var space: EmbeddingSpace { sentences }
        let channels = 2

        func embedding(of sound: EncodedSound) throws -> Embedding {
            Embedding(Tensor(sound.embedding, shape: [2]), in: space)
        }
    }

    /// A denoiser that sets every pixel's red and green to the condition.
    struct Flat: Denoiser {
        let latentShape = [1, 1, 3]
        let latentMultiple = 1
        let conditionShape = ConditionShape(tokens: 1, width: 2)
        let nullCondition: Condition? = nil
        var schedule: any NoiseSchedule { RectifiedFlow() }

        func allows(height: Int, width: Int) -> Bool { true }

        func callAsFunction(_ latents: Tensor, timesteps: [Float], conditions: [Condition]) throws -> Tensor {
            let clean = Tensor(
                conditions.flatMap { $0.tokens.floats + [0] }, shape: latents.shape)
            // The only step starts at time 1: this is the velocity from the clean latents to the noise.
            return latents + clean * -1
        }
    }

    struct Pixels: Autoencoder {
        let scale = 1
        let latentChannels = 3
        func encode(_ pictures: Tensor) throws -> Tensor { pictures }
        func decode(_ latents: Tensor) throws -> Tensor { latents }
    }

    func pipeline() -> Pipeline {
        let words = LazyPart<any TextEncoder>(Letters()), adapter = LazyPart<any SoundAdapter>(AsHeard())
        return Pipeline(
            ModelParts(
                name: "flat", defaults: ModelDefaults(sampler: .euler, steps: 1, guidanceScale: 1),
                audioEncoder: LazyPart(Loudness()),
                conditioner: SentencePoint(space: sentences, textEncoder: words, soundAdapter: adapter),
                denoiser: LazyPart(Flat()), autoencoder: LazyPart(Pixels())))
    }

    @Test func drawsASound() async throws {
        let pipeline = pipeline()
        let sound = try pipeline.listen(samples: Array(repeating: 1, count: 8000), rate: 8000)
        let loud = PictureRequest(try pipeline.subject(of: sound), pipeline.settings(), name: "loud")
        let drawn = try pipeline.draw([loud])[0]
        // Loudness and length are both 1, so red and green are alike: (0.7071 + 1) / 2 of 255; blue is 0, in the
        // middle.
        let colour = drawn.picture[0, 0]
        #expect(colour.red == 218 && colour.green == 218 && (127...128).contains(colour.blue))
        #expect(drawn.record.input == "loud" && drawn.record.heard.isEmpty)

        var pictures = 0
        for try await again in pipeline.pictures([loud, loud]) {
            #expect(again.picture == drawn.picture)
            pictures += 1
        }
        #expect(pictures == 2)
    }
}
