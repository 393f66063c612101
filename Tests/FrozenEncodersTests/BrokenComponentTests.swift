import Foundation
import TensorCore
import TestSupport
import Testing

@testable import FrozenEncoders

/// Components with a single fault, each of which is refused with a sentence that names the file.
@Suite struct BrokenComponentTests {
    private let scratch: TemporaryFolder

    init() throws { scratch = try TemporaryFolder() }

    @Test(arguments: [
        (#""model_type": "yamnet""#, #""model_type": "vgg""#, "“model_type”"),
        (#""sample_rate": 16000"#, #""sample_rate": 0"#, "“sample_rate”"),
        (#""sample_rate": 16000"#, #""sample_rate": 1e18"#, "“sample_rate”"),
        (#""frame_step": 160"#, #""frame_step": -160"#, "“frame_step”"),
        (#""frame_step": 160"#, #""frame_step": 401"#, "“frame_step”"),
        (#""window_samples": 15600"#, #""window_samples": 399"#, "“window_samples”"),
        (#""window_samples": 15600"#, #""window_samples": 9000000000000000000"#, "“window_samples”"),
        (#""hop_samples": 7800"#, #""hop_samples": 15601"#, "“hop_samples”"),
        (#""fft_length": 512"#, #""fft_length": 256"#, "“frame_length”"),
        (#""fft_length": 512"#, #""fft_length": 65536"#, "“fft_length”"),
        (#""mel_max_hz": 7500.0"#, #""mel_max_hz": 9000.0"#, "“mel_max_hz”"),
        (#""mel_max_hz": 7500.0"#, #""mel_max_hz": 100.0"#, "“mel_min_hz”"),
        (#""mel_max_hz": 7500.0"#, #""mel_max_hz": 125.0"#, "“mel_min_hz”"),
        (#""log_offset": 0.001"#, #""log_offset": 0"#, "“log_offset”"),
        (#""mel_bins": 64"#, #""mel_bins": "64""#, "“mel_bins”"),
        (#""mel_bins": 64"#, #""mel_bins": 65536"#, "“mel_bins”"),
        (#""classes": 521"#, #""classes": 1e18"#, "“classes”"),
        (#""stride": 2, "channels": 32"#, #""stride": 0, "channels": 32"#, "“layers[0].stride”"),
        (#""stride": 1, "channels": 32"#, #""stride": 1, "channels": 33"#, "“layers[1].channels”"),
        (#""kernel": 3, "stride": 2, "channels": 32"#, #""kernel": 3, "stride": 1, "channels": 8192"#, "“layers[0]”"),
        (#""layers": ["#, #""layers": [], "all": ["#, "“layers”"),
    ])
    func yamnetRefusesAConfiguration(entry: String, replacement: String, found: String) throws {
        let folder = try copy(of: "yamnet", replacing: entry, by: replacement)
        expectSentence(naming: folder.appending(path: "config.json"), found) { _ = try YAMNet(contentsOf: folder) }
    }

    @Test(arguments: [
        (#""classes": 521"#, #""classes": 520"#, "labels.txt", "521 lines"),
        (
            #""kernel": 1, "stride": 1, "channels": 64"#, #""kernel": 3, "stride": 1, "channels": 64"#,
            "model.safetensors", "layers.2.weight"
        ),
        (
            #"    {"depthwise": true, "kernel": 3, "stride": 1, "channels": 1024},"#, "", "model.safetensors",
            "layers.25"
        ),
    ])
    func yamnetNamesTheFileThatDiffers(entry: String, replacement: String, file: String, found: String) throws {
        let folder = try copy(of: "yamnet", replacing: entry, by: replacement)
        expectSentence(naming: folder.appending(path: file), found) { _ = try YAMNet(contentsOf: folder) }
    }

    @Test(arguments: [
        (#""model_type": "bert""#, #""model_type": "gpt2""#, "“model_type”"),
        (#""hidden_act": "gelu""#, #""hidden_act": "relu""#, "“hidden_act”"),
        (#""hidden_size": 384"#, #""hidden_size": 385"#, "a multiple of num_attention_heads"),
        (#""hidden_size": 384"#, #""hidden_size": 1e18"#, "“hidden_size”"),
        (#""intermediate_size": 1536"#, #""intermediate_size": 0"#, "“intermediate_size”"),
        (#""num_attention_heads": 12"#, #""num_attention_heads": 0"#, "“num_attention_heads”"),
        (#""num_hidden_layers": 6"#, #""num_hidden_layers": 1000000000000000000"#, "“num_hidden_layers”"),
        (#""max_position_embeddings": 512"#, #""max_position_embeddings": -1"#, "“max_position_embeddings”"),
        (#""vocab_size": 30522"#, #""vocab_size": 1e18"#, "“vocab_size”"),
        (#""type_vocab_size": 2"#, #""type_vocab_size": 0"#, "“type_vocab_size”"),
        (#""layer_norm_eps": 1e-12"#, #""layer_norm_eps": -1"#, "“layer_norm_eps”"),
    ])
    func sentenceEncoderRefusesAConfiguration(entry: String, replacement: String, found: String) throws {
        let folder = try copy(of: "all-minilm-l6-v2", replacing: entry, by: replacement)
        expectSentence(naming: folder.appending(path: "config.json"), found) {
            _ = try SentenceEncoder(contentsOf: folder)
        }
    }

    @Test(arguments: [
        (#""num_hidden_layers": 6"#, #""num_hidden_layers": 7"#, "encoder.layer.6"),
        (#""num_hidden_layers": 6"#, #""num_hidden_layers": 5"#, "encoder.layer.5"),
        (#""vocab_size": 30522"#, #""vocab_size": 30521"#, "embeddings.word_embeddings.weight"),
    ])
    func sentenceEncoderNamesTheTensorThatDiffers(entry: String, replacement: String, found: String) throws {
        let folder = try copy(of: "all-minilm-l6-v2", replacing: entry, by: replacement)
        expectSentence(naming: folder.appending(path: "model.safetensors"), found) {
            _ = try SentenceEncoder(contentsOf: folder)
        }
    }

    /// Each file is missing, empty, cut in half, or replaced by bytes that are not text.
    @Test(arguments: [
        ("yamnet", "config.json"), ("yamnet", "model.safetensors"), ("yamnet", "labels.txt"),
        ("all-minilm-l6-v2", "config.json"), ("all-minilm-l6-v2", "model.safetensors"),
        ("all-minilm-l6-v2", "tokenizer.json"),
    ])
    func namesADamagedFile(component: String, name: String) throws {
        let whole = try Data(contentsOf: Checkout.component(component).appending(path: name))
        for contents in [nil, Data(), whole.prefix(whole.count / 2), Data(repeating: 0xFF, count: 64)] {
            let folder = try copy(of: component)
            let file = folder.appending(path: name)
            try FileManager.default.removeItem(at: file)
            try contents?.write(to: file)
            // A network may have its weights under several names.
            let lacksWeights = contents == nil && name == "model.safetensors" && component != "yamnet"
            expectSentence(naming: lacksWeights ? folder : file) {
                if component == "yamnet" {
                    _ = try YAMNet(contentsOf: folder)
                } else {
                    _ = try SentenceEncoder(contentsOf: folder)
                }
            }
        }
    }

    @Test func refusesAHeaderOfHalfTheAddressSpace() throws {
        let folder = try copy(of: "yamnet")
        let weights = folder.appending(path: "model.safetensors")
        var bytes = try Data(contentsOf: weights)
        bytes.replaceSubrange(0..<8, with: withUnsafeBytes(of: (UInt64(1) << 63).littleEndian) { Data($0) })
        try FileManager.default.removeItem(at: weights)
        try bytes.write(to: weights)
        expectSentence(naming: weights, "header length") { _ = try YAMNet(contentsOf: folder) }
    }

    /// A published BERT also has a pooler.
    @Test func sentenceEncoderTakesAPublishedCheckpoint() throws {
        let folder = try copy(of: "all-minilm-l6-v2")
        let weights = folder.appending(path: "model.safetensors")
        let file = try SafetensorsFile(contentsOf: weights)
        let stored = try file.names.map { (name: $0, tensor: try file.tensor($0)) }
        let pooler = [("pooler.dense.weight", Tensor(zeros: [384, 384])), ("pooler.dense.bias", Tensor(zeros: [384]))]
        try FileManager.default.removeItem(at: weights)
        try SafetensorsFile.write(stored + pooler, to: weights)
        #expect(try SentenceEncoder(contentsOf: folder).embeddingLength == 384)
        try FileManager.default.removeItem(at: weights)
        try SafetensorsFile.write(stored + [("head.weight", Tensor(zeros: [2, 384]))], to: weights)
        expectSentence(naming: weights, "head.weight") { _ = try SentenceEncoder(contentsOf: folder) }
    }

    @Test func refusesALimitWithoutRoomForAText() throws {
        let folder = try copy(of: "all-minilm-l6-v2")
        let limits = folder.appending(path: "sentence_bert_config.json")
        try FileManager.default.removeItem(at: limits)
        let unlimited = try SentenceEncoder(contentsOf: folder)
        #expect(unlimited.tokenizer.maximumTokens == 512)
        try Data(#"{"max_seq_length": -5}"#.utf8).write(to: limits)
        expectSentence(naming: limits, "-5") { _ = try SentenceEncoder(contentsOf: folder) }
    }

    /// Makes a folder of links to the component's files, with a copy of `config.json` in which one entry is replaced.
    private func copy(of name: String, replacing entry: String = "", by replacement: String = "") throws -> URL {
        let (source, folder) = (Checkout.component(name), try scratch.makeFolder(UUID().uuidString))
        for file in try FileManager.default.contentsOfDirectory(at: source, includingPropertiesForKeys: nil) {
            try FileManager.default.createSymbolicLink(
                at: folder.appending(path: file.lastPathComponent), withDestinationURL: file)
        }
        if !entry.isEmpty {
            let url = folder.appending(path: "config.json")
            let text = try String(contentsOf: url, encoding: .utf8)
            let range = try #require(text.range(of: entry))
            try FileManager.default.removeItem(at: url)
            try Data(text.replacingCharacters(in: range, with: replacement).utf8).write(to: url)
        }
        return folder
    }
}
