import Foundation
import SoundFrontEnd
import TensorCore
import TestSupport
import Testing

@testable import FrozenEncoders

/// Comparisons with the int8 file that the weights come from, and with a float twin; see
/// Training/fixtures/encoder_fixtures.py.
@Suite struct YAMNetTests {
    let yamnet: YAMNet
    let fixture: SafetensorsFile
    let windows: [[Float]]

    init() throws {
        yamnet = try YAMNet(contentsOf: Checkout.component("yamnet"))
        fixture = try SafetensorsFile(contentsOf: Fixture.url("yamnet.safetensors"))
        let samples = try fixture.tensor("samples")
        windows = (0..<samples.shape[0]).map { samples.item($0).floats }
    }

    /// Step size of the file's int8 logits.
    static let step: Float = 0.34717748

    @Test func describesItself() {
        #expect(yamnet.classLabels.count == 521)
        #expect(yamnet.classLabels[0] == "Speech" && yamnet.classLabels[69] == "Dog")
        #expect(yamnet.classLabels[520] == "Field recording")
        #expect(yamnet.sampleRate == 16000 && yamnet.windowLength == 15600 && yamnet.windowHop == 7800)
        #expect(yamnet.embeddingLength == 1024)
    }

    @Test func patchEqualsTheFloatTwin() throws {
        let expected = try fixture.tensor("float.patch").floats
        let patch = yamnet.patch(windows[0])
        #expect(patch.count == 96 * 64)
        // Both logarithms are of f32 sums that are at least 0.001; the FFTs differ in the last bits.
        #expect(zip(patch, expected).allSatisfy { abs($0 - $1) <= 1e-3 })
    }

    @Test func equalsTheFloatTwin() throws {
        let (embeddings, scores) = yamnet(Array(windows[..<4]))
        let expected = try (fixture.tensor("float.embeddings"), fixture.tensor("float.scores"))
        #expect(embeddings.shape == expected.0.shape && scores.shape == expected.1.shape)
        // There are 27 layers of f32 sums of up to 1,024 products, values up to 6.
        #expect(zip(embeddings.floats, expected.0.floats).allSatisfy { abs($0 - $1) <= 1e-3 })
        #expect(zip(scores.floats, expected.1.floats).allSatisfy { abs($0 - $1) <= 1e-3 })
    }

    @Test func agreesWithTheQuantizedFile() throws {
        let (embeddings, scores) = yamnet(windows)
        let (reference, logits) = try (fixture.tensor("embeddings"), fixture.tensor("logits"))
        var (decided, agreeing) = (0, 0)
        for index in windows.indices {
            let cosine = cosine(embeddings.item(index).floats, reference.item(index).floats)
            #expect(cosine >= 0.99, "window \(index)")
            let ranked = logits.item(index).floats.enumerated().sorted { $0.element > $1.element }
            // Logits are whole steps, stored in half precision, so half a step separates one step from none.
            guard ranked[0].element - ranked[1].element > Self.step / 2 else { continue }
            decided += 1
            let top = scores.item(index).floats.enumerated().max { $0.element < $1.element }
            if top?.offset == ranked[0].offset { agreeing += 1 }
        }
        #expect(windows.count >= 40 && decided >= 20)
        #expect(Double(agreeing) >= 0.95 * Double(decided), "\(agreeing) of \(decided)")
    }

    @Test func aWindowAloneEqualsTheSameInABatch() {
        let alone = windows[..<16].map { yamnet([$0]) }
        for size in [2, 3, 8, 16] {
            let (embeddings, scores) = yamnet(Array(windows[..<size]))
            for index in 0..<size {
                #expect(embeddings.item(index).floats == alone[index].embeddings.floats)
                #expect(scores.item(index).floats == alone[index].scores.floats)
            }
        }
    }

    @Test func poolsWindows() throws {
        // The sound has three whole windows a hop apart, and one that ends with it.
        let sound = windows[0] + windows[1] + windows[2][..<100]
        let starts = [0, 7800, 15600, sound.count - 15600]
        let cut = starts.map { Array(sound[$0..<$0 + 15600]) }
        let outputs = cut.map { yamnet([$0]) }
        let listen = { pooling in
            try yamnet.listen(to: Waveform(samples: sound, sampleRate: 16000), pooling: pooling)
        }

        let mean = try listen(.mean)
        #expect(mean.windowCount == 4 && mean.embedding.count == 1024 && mean.scores?.count == 521)
        for index in 0..<521 {
            let scores = outputs.map { Double($0.scores.floats[index]) }
            #expect(mean.scores?[index] == Float(scores.reduce(0, +) / 4))
        }

        let energies = cut.map { $0.reduce(0) { $0 + Double($1) * Double($1) } }
        let loudest = try #require(energies.indices.max { energies[$0] < energies[$1] })
        let loudestLatent = try listen(.loudest)
        #expect(loudestLatent.embedding == outputs[loudest].embeddings.floats && loudestLatent.windowCount == 1)
        let first = try listen(.first)
        #expect(first.scores == outputs[0].scores.floats && first.windowCount == 1)
    }

    /// There are more windows than the network takes in one batch.
    @Test func meanDoesNotDependOnHowWindowsAreBatched() throws {
        let sound = Array(windows[..<6].joined())
        let latent = try yamnet.listen(to: Waveform(samples: sound, sampleRate: 16000))
        let cut = (0..<11).map { Array(sound[$0 * 7800..<$0 * 7800 + 15600]) }
        #expect(latent.windowCount == 11)
        let embeddings = cut.map { yamnet([$0]).embeddings.floats }
        for index in 0..<1024 {
            #expect(latent.embedding[index] == Float(embeddings.reduce(0) { $0 + Double($1[index]) } / 11))
        }
    }

    @Test func aShortSoundIsPaddedWithZeros() throws {
        let sound = Array(windows[0][..<160])
        let latent = try yamnet.listen(to: Waveform(samples: sound, sampleRate: 16000))
        let padded = yamnet([sound + Array(repeating: 0, count: 15440)])
        #expect(
            latent == EncodedSound(embedding: padded.embeddings.floats, scores: padded.scores.floats, windowCount: 1))
    }

    @Test(arguments: WindowPooling.allCases)
    func anEmptySoundIsAnError(pooling: WindowPooling) throws {
        let empty = try Waveform(samples: [], sampleRate: 16000)
        #expect(throws: EncoderError.silent) { try yamnet.listen(to: empty, pooling: pooling) }
    }

    @Test func aSoundAtAnotherRateIsAnError() throws {
        let sound = try Waveform(samples: [0, 0], sampleRate: 44_100)
        #expect(throws: EncoderError.sampleRate(found: 44_100, expected: 16_000)) { try yamnet.listen(to: sound) }
    }

    @Test(arguments: WindowPooling.allCases.filter { $0 != .first })
    func aCancelledTaskStopsListening(pooling: WindowPooling) async throws {
        let (yamnet, sound) = (yamnet, try Waveform(samples: Array(windows[0]), sampleRate: 16000))
        let listening = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            return try yamnet.listen(to: sound, pooling: pooling)
        }
        await #expect(throws: CancellationError.self) { try await listening.value }
    }

    @Test func silenceHasFiniteScores() {
        let (embeddings, scores) = yamnet([Array(repeating: 0, count: 15600)])
        #expect((embeddings.floats + scores.floats).allSatisfy { $0.isFinite })
        #expect(yamnet.classLabels[scores.floats.enumerated().max { $0.element < $1.element }!.offset] == "Silence")
    }
}

func cosine(_ a: [Float], _ b: [Float]) -> Float {
    func dot(_ a: [Float], _ b: [Float]) -> Float { zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } }
    return dot(a, b) / (dot(a, a) * dot(b, b)).squareRoot()
}
