import Foundation
import SoundFrontEnd
import TensorCore
import TestSupport
import Testing

@testable import FrozenEncoders

/// Comparisons with transformers and PyTorch on tiny random weights and on EfficientAT's own; see
/// Training/fixtures/audio_encoder_fixtures.py.
@Suite struct AudioEncoderTests {
    static let folder = Fixture.url("audio")
    static let texts = [
        "the sound of a dog barking", "Rain, and wind!", "", "naïve 犬", String(repeating: "word ", count: 60),
    ]
    static let precisions: [Precision] = Precision.hasBFloat16 ? [.float32, .bfloat16] : [.float32]
    /// Every frame of that many is in the fixtures.
    private static let step = 37

    private let expected: SafetensorsFile
    private let samples: [Float]

    init() throws {
        expected = try SafetensorsFile(contentsOf: Self.folder.appending(path: "expected.safetensors"))
        samples = try SafetensorsFile(contentsOf: Fixture.url("yamnet.safetensors")).tensor("samples").floats
    }

    /// Of logarithms: the greatest difference, relative where they are beyond 1.
    private func expectSpectrogram(_ found: Tensor, _ name: String) throws {
        let frames = Array(stride(from: 0, to: found.shape[0], by: Self.step))
        let (found, expected) = (found.gathered(frames), try expected.tensor(name))
        #expect(found.shape == expected.shape, "\(name)")
        let differences = zip(found.floats, expected.floats).map { abs($0 - $1) / max(1, abs($1)) }
        #expect((differences.max() ?? .infinity) <= 1e-4, "\(name)")
    }

    /// Of a vector: the greatest difference in parts of the greatest number.
    private func expectVector(
        _ found: [Float], _ name: String, _ precision: Precision = .float32, in file: SafetensorsFile? = nil
    ) throws {
        let expected = try (file ?? expected).tensor(name).floats
        #expect(found.count == expected.count, "\(name)")
        let scale = expected.map(abs).max() ?? 0
        let difference = (zip(found, expected).map { abs($0 - $1) }.max() ?? .infinity) / scale
        #expect(difference <= (precision == .float32 ? 1e-4 : 2e-2), "\(name)")
    }

    private func listen(_ encoder: some AudioEncoder, _ count: Int) throws -> EncodedSound {
        let waveform = try Waveform(samples: Array(samples[..<count]), sampleRate: encoder.sampleRate)
        return try encoder.listen(to: waveform, pooling: .mean)
    }

    private func whole(_ name: String) -> URL { Self.folder.appending(path: name) }

    // MARK: Front ends

    @Test(arguments: [80, 128]) func whispersSpectrogramIsTheReferences(bands: Int) throws {
        let folder = try TemporaryFolder()
        try folder.copy(whole("whisper"), to: "whisper")
        let json = String(decoding: try folder.data("whisper/config.json"), as: UTF8.self)
            .replacingOccurrences(of: #""max_source_positions": 50"#, with: #""max_source_positions": 1500"#)
            .replacingOccurrences(of: #""num_mel_bins": 80"#, with: #""num_mel_bins": \#(bands)"#)
        try folder.write("whisper/config.json", json)
        try FileManager.default.removeItem(at: folder.url("whisper/preprocessor_config.json"))
        let weights = try SyntheticWeights.of(
            folder.url("whisper"),
            [
                "model.encoder.embed_positions.weight": [1500, 32], "model.encoder.conv1.weight": [32, bands, 3],
            ])
        let encoder = try WhisperEncoder(contentsOf: weights)
        #expect(encoder.windowLength == 480_000)
        try expectSpectrogram(encoder.input(of: Array(samples[..<200_000])), "whisper.input.\(bands)")
    }

    @Test func astsSpectrogramIsTheReferences() throws {
        let folder = try TemporaryFolder()
        try folder.copy(whole("ast"), to: "ast")
        for file in ["config.json", "preprocessor_config.json"] {
            let json = String(decoding: try folder.data("ast/\(file)"), as: UTF8.self)
                .replacingOccurrences(of: #""max_length": 64"#, with: #""max_length": 1024"#)
                .replacingOccurrences(of: #""num_mel_bins": 32"#, with: #""num_mel_bins": 128"#)
            try folder.write("ast/\(file)", json)
        }
        let weights = try SyntheticWeights.of(
            folder.url("ast"),
            [
                "audio_spectrogram_transformer.embeddings.position_embeddings": [1, 12 * 127 + 2, 32]
            ])
        // Bands are up to 75 dB below the loudest.
        try expectSpectrogram(ASTEncoder(contentsOf: weights).input(of: Array(samples[..<100_000])), "ast.input")
    }

    @Test(arguments: [("rand_trunc", 100_000), ("fusion", 100_000), ("fusion", 620_000)])
    func clapsSpectrogramsAreTheReferences(truncation: String, count: Int) throws {
        let folder = try TemporaryFolder()
        let file = whole(truncation == "fusion" ? "clap-fused" : "clap").appending(path: "preprocessor_config.json")
        let json = String(decoding: try Data(contentsOf: file), as: UTF8.self)
            .replacingOccurrences(of: #""max_length_s": 1,"#, with: #""max_length_s": 10,"#)
        try folder.write("preprocessor_config.json", json)
        let frontEnd = try CLAPFrontEnd(CLAPPreprocessing(contentsOf: folder.url("preprocessor_config.json")))
        let name = "clap.input.\(truncation).\(count)"
        let spectrograms = frontEnd(Array(samples[..<count]))
        let all = try expected.tensor(name)
        #expect(spectrograms.count == all.shape[0])
        for (index, spectrogram) in spectrograms.enumerated() {
            let frames = Array(stride(from: 0, to: spectrogram.shape[0], by: Self.step))
            let found = spectrogram.gathered(frames).floats
            let differences = zip(found, all.item(index).floats).map { abs($0 - $1) / max(1, abs($1)) }
            #expect(
                found.count == all.item(index).count && (differences.max() ?? .infinity) <= 1e-4, "\(name) \(index)")
        }
    }

    @Test(arguments: [200_000, 20_000]) func efficientATsSpectrogramIsTheReferences(count: Int) throws {
        let encoder = try EfficientAT(contentsOf: Checkout.component("efficientat-mn04"))
        let input = encoder.input(of: Array(samples[..<count]))
        #expect(input.shape[0] == 1 && input.shape[1] == 128 && input.shape[3] == 1)
        try expectSpectrogram(
            input.reshaped([128, input.shape[2]]).transposed(), "efficientat.input.\(count)")
    }

    // MARK: Networks

    @Test(arguments: precisions) func whispersMeanIsOverTheSoundsOwnFrames(precision: Precision) throws {
        let encoder = try WhisperEncoder(contentsOf: whole("whisper"), precision: precision)
        #expect(encoder.labels == nil && encoder.embeddingLength == 32 && encoder.windowLength == 16_000)
        for count in [15_600, 7_000] {
            try expectVector(listen(encoder, count).embedding, "whisper.\(count)", precision)
        }
    }

    /// Its convolutions lie the other way round, and its positions are computed; see Training/fixtures/whisper_mlx_fixtures.py.
    @Test(arguments: precisions) func whispersOfMLXAreTheReferences(precision: Precision) throws {
        let encoder = try WhisperEncoder(contentsOf: whole("whisper-mlx"), precision: precision)
        #expect(encoder.embeddingLength == 32 && encoder.windowLength == 16_000)
        let file = try SafetensorsFile(contentsOf: whole("whisper-mlx.safetensors"))
        for count in [15_600, 7_000] {
            try expectVector(listen(encoder, count).embedding, "whisper-mlx.\(count)", precision, in: file)
        }
    }

    /// Texts of transformers' `ClapModel.get_text_features`, one of them cut at the model's 40 tokens.
    @Test(arguments: precisions) func clapsTextsAreTheReferences(precision: Precision) throws {
        guard
            case .text(let encoder) = try FrozenEncoder(
                contentsOf: whole("clap"), precision: precision, modality: .text)
        else { throw CocoaError(.featureUnsupported) }
        let vectors = try expected.tensor("clap.texts")
        #expect(vectors.shape == [Self.texts.count, encoder.embeddingLength])
        for (index, text) in Self.texts.enumerated() {
            let difference = relativeDistance(encoder.encode(text).pooled, vectors.item(index))
            #expect(difference <= (precision == .float32 ? 1e-4 : 2e-2), "\(text.prefix(30)): \(difference)")
        }
        #expect(encoder.encode(Self.texts[4]).warnings.count == 1)
    }

    @Test @ComputeActor func aCLAPIsReadForSoundsOrTexts() throws {
        let loader = EncoderLoader()
        let folder = whole("clap")
        #expect(try loader.audioEncoder(at: folder, precision: .float32).embeddingLength == 12)
        #expect(try loader.textEncoder(at: folder, precision: .float32).embeddingLength == 12)
        #expect(try loader.encoder(at: folder, precision: .float32).modality == .audio)
        #expect(FrozenEncoder.hasWords(and: .audio, folder) && !FrozenEncoder.hasWords(and: .image, folder))
    }

    @Test(arguments: precisions) func anASTTagsSounds(precision: Precision) throws {
        let encoder = try ASTEncoder(contentsOf: whole("ast"), precision: precision)
        #expect(encoder.labels == ["Speech", "Dog", "Rain", "Music", "Rooster"] && encoder.windowLength == 10_480)
        for count in [10_480, 5_000] {
            let sound = try listen(encoder, count)
            try expectVector(sound.embedding, "ast.\(count)", precision)
            try expectVector(sound.scores ?? [], "ast.scores.\(count)", precision)
        }
    }

    @Test(arguments: precisions) func aCLAPGivesUnitVectors(precision: Precision) throws {
        let encoder = try CLAPAudioEncoder(contentsOf: whole("clap"), precision: precision)
        #expect(encoder.labels == nil && encoder.embeddingLength == 12 && encoder.windowLength == 48_000)
        for count in [12_000, 30_000] { try expectVector(listen(encoder, count).embedding, "clap.\(count)", precision) }
    }

    @Test(arguments: precisions) func aCLAPFusesAWholeSoundAndItsParts(precision: Precision) throws {
        let encoder = try CLAPAudioEncoder(contentsOf: whole("clap-fused"), precision: precision)
        for count in [12_000, 30_000, 100_000] {
            try expectVector(listen(encoder, count).embedding, "clap-fused.\(count)", precision)
        }
    }

    @Test func efficientATIsTheReference() throws {
        let encoder = try EfficientAT(contentsOf: Checkout.component("efficientat-mn04"))
        #expect(encoder.labels?.count == 527 && encoder.labels?[74] == "Dog" && encoder.embeddingLength == 384)
        for count in [200_000, 20_000] {
            let sound = try listen(encoder, count)
            try expectVector(sound.embedding, "efficientat.\(count)")
            try expectVector(sound.scores ?? [], "efficientat.scores.\(count)")
            // Half precision of the stored weights, and folding.
            let scores = try expected.tensor("efficientat.published.scores.\(count)").floats
            #expect(zip(sound.scores ?? [], scores).allSatisfy { abs($0 - $1) <= 0.02 })
        }
    }

    @Test func aWindowAloneEqualsTheSameInABatch() throws {
        let windows = (0..<4).map { WaveformWindow(start: 0, samples: Array(samples[$0 * 15_600..<($0 + 1) * 15_600])) }
        func check(_ encoder: some WindowedAudioEncoder) {
            let together = encoder.encode(windows)
            for (index, window) in windows.enumerated() {
                let alone = encoder.encode([window])
                #expect(together.embeddings.item(index).floats == alone.embeddings.floats)
                #expect(together.scores?.item(index).floats == alone.scores?.floats)
            }
        }
        check(try EfficientAT(contentsOf: Checkout.component("efficientat-mn04")))
        check(try ASTEncoder(contentsOf: whole("ast")))
        check(try WhisperEncoder(contentsOf: whole("whisper")))
        check(try CLAPAudioEncoder(contentsOf: whole("clap-fused")))
    }

    @Test func aLongSoundIsHeardWindowByWindow() throws {
        let encoder = try ASTEncoder(contentsOf: whole("ast"))
        let length = encoder.windowLength
        #expect(try listen(encoder, 2 * length + 1).windowCount == 3)
        #expect(throws: EncoderError.sampleRate(found: 8000, expected: 16_000)) {
            try encoder.listen(to: Waveform(samples: [0], sampleRate: 8000), pooling: .mean)
        }
        #expect(throws: EncoderError.silent) {
            try encoder.listen(to: Waveform(samples: [], sampleRate: 16_000), pooling: .loudest)
        }
    }

    @Test(arguments: ["whisper", "ast", "clap", "clap-fused"]) func aFolderIsKnownByItsModelType(name: String) throws {
        let encoder = try FrozenEncoder(contentsOf: whole(name))
        #expect(encoder.modality == .audio && encoder.embeddingLength == (name.hasPrefix("clap") ? 12 : 32))
    }

    // MARK: Several as one

    @Test(arguments: WindowPooling.allCases) func joinedEncodersHearAsEachDoesAlone(pooling: WindowPooling) throws {
        let joined = try JoinedAudioEncoder(contentsOf: Checkout.component("two-ears"))
        let yamnet = try YAMNet(contentsOf: Checkout.component("yamnet"))
        let efficientAT = try EfficientAT(contentsOf: Checkout.component("efficientat-mn04"))
        #expect(joined.sampleRate == 32_000 && joined.embeddingLength == 1024 + 384 && joined.labels == yamnet.labels)
        // Longer than several windows of either.
        let sound = Array(samples[..<600_000])
        func waveform(_ rate: Int) throws -> Waveform {
            try Waveform(samples: sound, sampleRate: 32_000, resampledTo: rate)
        }
        let heard = try joined.listen(to: waveform(32_000), pooling: pooling)
        let first = try yamnet.listen(to: waveform(16_000), pooling: pooling)
        let second = try efficientAT.listen(to: waveform(32_000), pooling: pooling)
        // The resampler is given blocks of other lengths.
        let embedding = first.embedding + second.embedding
        #expect(heard.embedding.count == embedding.count && heard.windowCount == first.windowCount)
        #expect(zip(heard.embedding, embedding).allSatisfy { abs($0 - $1) < 1e-3 })
        let places = try (joined.labels ?? []).map { try #require(efficientAT.labels?.firstIndex(of: $0)) }
        for (index, place) in places.enumerated() {
            let product = (first.scores ?? [])[index] * (second.scores ?? [])[place]
            #expect(abs((heard.scores ?? [])[index] - product.squareRoot()) < 1e-3)
        }
    }

    @Test(arguments: [
        (#"["ast"]"#, "Dog\nKettle\n", "Kettle"), (#"["whisper"]"#, "Dog\n", "encoders"),
        (#"["joined"]"#, "Dog\n", "encoders"),
        (#"["../ast"]"#, "Dog\n", "encoders"), ("[]", "Dog\n", "encoders"),
    ])
    func refusesWhatCannotBeJoined(encoders: String, labels: String, words: String) throws {
        let folder = try TemporaryFolder()
        for name in ["ast", "whisper"] { try folder.copy(whole(name), to: name) }
        try folder.write("joined/config.json", #"{"model_type": "joined-audio", "encoders": \#(encoders)}"#)
        try folder.write("joined/labels.txt", labels)
        expectSentence(naming: folder.url("joined"), words) { _ = try FrozenEncoder(contentsOf: folder.url("joined")) }
    }

    // MARK: Folders that are unfit

    @Test(arguments: [
        ("whisper", "config.json", #""d_model": 32"#, #""d_model": 33"#, "encoder_attention_heads"),
        ("whisper", "config.json", #""encoder_layers": 2"#, #""encoder_layers": 3"#, "layers.2"),
        ("whisper", "config.json", #""num_mel_bins": 80"#, #""num_mel_bins": 128"#, "feature_size"),
        ("whisper", "preprocessor_config.json", #""chunk_length": 1"#, #""chunk_length": 30"#, "chunk_length"),
        ("ast", "config.json", #""hidden_act": "gelu""#, #""hidden_act": "swoosh""#, "hidden_act"),
        ("ast", "config.json", #""3": "Music""#, #""7": "Music""#, "id2label"),
        ("ast", "config.json", #""max_length": 64"#, #""max_length": 72"#, "max_length"),
        ("ast", "preprocessor_config.json", #""sampling_rate": 16000"#, #""sampling_rate": 8000"#, "sampling_rate"),
        ("clap", "config.json", #""window_size": 8"#, #""window_size": 7"#, "window_size"),
        ("clap", "config.json", #""enable_fusion": false"#, #""enable_fusion": true"#, "fusion_type"),
        ("clap", "preprocessor_config.json", #""hop_length": 480"#, #""hop_length": 48"#, "hop_length"),
        ("clap", "preprocessor_config.json", #""truncation": "rand_trunc""#, #""truncation": "fusion""#, "truncation"),
    ])
    func refusesAConfiguration(name: String, file: String, entry: String, replacement: String, words: String) throws {
        let folder = try TemporaryFolder()
        try folder.copy(whole(name), to: name)
        let json = String(decoding: try folder.data("\(name)/\(file)"), as: UTF8.self)
        #expect(json.contains(entry))
        try folder.write("\(name)/\(file)", json.replacingOccurrences(of: entry, with: replacement))
        expectSentence(naming: folder.url(name), words) { _ = try FrozenEncoder(contentsOf: folder.url(name)) }
    }

    @Test(arguments: [
        ("whisper", "pytorch_model.bin"), ("ast", "model-00002-of-00003.safetensors"),
        ("ast", "preprocessor_config.json"),
        ("clap", "model.safetensors"), ("clap", "preprocessor_config.json"),
    ])
    func refusesAFolderThatLacksAFile(name: String, file: String) throws {
        let folder = try TemporaryFolder()
        try folder.copy(whole(name), to: name)
        try FileManager.default.removeItem(at: folder.url("\(name)/\(file)"))
        expectSentence(naming: folder.url(name)) { _ = try FrozenEncoder(contentsOf: folder.url(name)) }
    }

    @Test func oneErrorListsAllUnfitTensors() throws {
        let folder = try TemporaryFolder()
        try folder.copy(whole("ast"), to: "ast")
        let json = String(decoding: try folder.data("ast/config.json"), as: UTF8.self)
        try folder.write(
            "ast/config.json",
            json.replacingOccurrences(of: #""intermediate_size": 48"#, with: #""intermediate_size": 47"#))
        expectSentence(naming: folder.url("ast"), "encoder.layer.1.output.dense.weight") {
            _ = try FrozenEncoder(contentsOf: folder.url("ast"))
        }
    }
}

/// A folder's weights with some tensors of other shapes, of zeros.
private enum SyntheticWeights {
    /// Replaces the weights in `folder` and returns it.
    static func of(_ folder: URL, _ shapes: [String: [Int]]) throws -> URL {
        let file = try TensorFile.weights(in: folder, stems: ["model", "pytorch_model"])
        let source = try TensorFile.open(file)
        let tensors = try source.names.map { name in
            (name, try shapes[name].map { Tensor(zeros: $0) } ?? source.tensor(name).float32())
        }
        try SafetensorsFile.write(tensors, to: folder.appending(path: "model.safetensors"))
        return folder
    }
}
