import Foundation
import TensorCore
import Testing

@testable import FrozenEncoders

/// Components with one thing wrong: each is refused with a sentence that names the file.
@Suite struct BrokenComponentTests {
    @Test(arguments: [
        (#""model_type": "yamnet""#, #""model_type": "vgg""#, "model type"),
        (#""sample_rate": 16000"#, #""sample_rate": 0"#, "sample_rate 0"),
        (#""frame_step": 160"#, #""frame_step": -160"#, "frame_step -160"),
        (#""window_samples": 15600"#, #""window_samples": 399"#, "windows of 399 samples"),
        (#""window_samples": 15600"#, #""window_samples": 9000000000000000000"#, "windows of 9000000000000000000"),
        (#""hop_samples": 7800"#, #""hop_samples": 15601"#, "every 15601"),
        (#""fft_length": 512"#, #""fft_length": 256"#, "an unfit front end"),
        (#""mel_max_hz": 7500.0"#, #""mel_max_hz": 9000.0"#, "an unfit front end"),
        (#""mel_max_hz": 7500.0"#, #""mel_max_hz": 100.0"#, "an unfit front end"),
        (#""log_offset": 0.001"#, #""log_offset": 0"#, "an unfit front end"),
        (#""mel_bins": 64"#, #""mel_bins": "64""#, "an unfit value at \"mel_bins\""),
        (#""stride": 2, "channels": 32"#, #""stride": 0, "channels": 32"#, "an impossible layer 0"),
        (#""stride": 1, "channels": 32"#, #""stride": 1, "channels": 33"#, "an impossible layer 1"),
        (#""classes": 521"#, #""classes": 520"#, "521 lines"),
        (#""kernel": 1, "stride": 1, "channels": 64"#, #""kernel": 3, "stride": 1, "channels": 64"#, "layers.2.weight"),
    ])
    func yamnetRefusesAConfiguration(entry: String, replacement: String, found: String) throws {
        let folder = try copy(of: "yamnet", replacing: entry, by: replacement)
        refuses(mentioning: [folder.path, found]) { _ = try YAMNet(contentsOf: folder) }
    }

    @Test(arguments: [
        (#""model_type": "bert""#, #""model_type": "roberta""#, "model type"),
        (#""hidden_act": "gelu""#, #""hidden_act": "relu""#, "hidden_act"),
        (#""hidden_size": 384"#, #""hidden_size": 385"#, "a multiple of the heads"),
        (#""num_attention_heads": 12"#, #""num_attention_heads": 0"#, "sizes"),
        (#""num_hidden_layers": 6"#, #""num_hidden_layers": 7"#, "encoder.layer.6"),
        (#""vocab_size": 30522"#, #""vocab_size": 30521"#, "embeddings.word_embeddings.weight"),
        (#""layer_norm_eps": 1e-12"#, #""layer_norm_eps": -1"#, "layer_norm_eps"),
    ])
    func sentenceEncoderRefusesAConfiguration(entry: String, replacement: String, found: String) throws {
        let folder = try copy(of: "all-minilm-l6-v2", replacing: entry, by: replacement)
        refuses(mentioning: [folder.path, found]) { _ = try SentenceEncoder(contentsOf: folder) }
    }

    @Test(arguments: ["config.json", "model.safetensors", "labels.txt"])
    func yamnetNamesAMissingFile(name: String) throws {
        let folder = try copy(of: "yamnet")
        try FileManager.default.removeItem(at: folder.appending(path: name))
        refuses(mentioning: [folder.appending(path: name).path]) { _ = try YAMNet(contentsOf: folder) }
    }

    @Test(arguments: ["config.json", "model.safetensors", "tokenizer.json"])
    func sentenceEncoderNamesAMissingFile(name: String) throws {
        let folder = try copy(of: "all-minilm-l6-v2")
        try FileManager.default.removeItem(at: folder.appending(path: name))
        refuses(mentioning: [folder.appending(path: name).path]) { _ = try SentenceEncoder(contentsOf: folder) }
    }

    @Test func refusesTruncatedWeights() throws {
        let folder = try copy(of: "yamnet")
        let weights = folder.appending(path: "model.safetensors")
        let whole = try Data(contentsOf: weights)
        try FileManager.default.removeItem(at: weights)
        try whole.prefix(whole.count / 2).write(to: weights)
        refuses(mentioning: [weights.path, "lies outside the file"]) { _ = try YAMNet(contentsOf: folder) }
    }

    @Test func refusesALimitWithoutRoomForAText() throws {
        let folder = try copy(of: "all-minilm-l6-v2")
        let limits = folder.appending(path: "sentence_bert_config.json")
        try FileManager.default.removeItem(at: limits)
        let unlimited = try SentenceEncoder(contentsOf: folder)
        #expect(unlimited.tokenizer.maximumTokens == 512)
        try Data(#"{"max_seq_length": -5}"#.utf8).write(to: limits)
        refuses(mentioning: [limits.path, "-5 tokens"]) { _ = try SentenceEncoder(contentsOf: folder) }
    }

    private func refuses(mentioning words: [String], _ load: () throws -> Void) {
        #expect {
            try load()
        } throws: { error in
            words.allSatisfy("\(error)".contains)
        }
    }

    /// A folder of links to the component's files, `config.json` a copy with one entry replaced.
    private func copy(of name: String, replacing entry: String = "", by replacement: String = "") throws -> URL {
        let (source, folder) = (Files.component(name), try Files.temporaryFolder())
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
