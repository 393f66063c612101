import Foundation
import TensorCore
import TestSupport
import Testing

@testable import FrozenEncoders

/// Published folders with a single fault, each of which is refused with a sentence that names the file.
@Suite struct BrokenPublishedEncoderTests {
    private let scratch: TemporaryFolder

    init() throws { scratch = try TemporaryFolder() }

    /// Folder, file, what is replaced by what, the file that is told of, and what is said of it.
    @Test(arguments: [
        ("towers/clip", "config.json", #""model_type": "clip""#, #""model_type": "clap2""#, "config.json", "clap2"),
        ("towers/clip", "config.json", #""vision_config""#, #""other""#, "config.json", "vision_config"),
        (
            "towers/clip", "config.json", #""patch_size": 8"#, #""patch_size": 0"#, "config.json",
            "vision_config.patch_size"
        ),
        (
            "towers/clip", "config.json", #""patch_size": 8"#, #""patch_size": 4"#, "model.safetensors",
            "embedding.weight"
        ),
        ("towers/clip", "config.json", #""image_size": 32"#, #""image_size": 64"#, "preprocessor_config.json", "64"),
        (
            "towers/clip", "preprocessor_config.json", #""resample": 3"#, #""resample": 0"#, "preprocessor_config.json",
            "“resample”"
        ),
        (
            "towers/clip", "preprocessor_config.json", #""image_std""#, #""deviation""#, "preprocessor_config.json",
            "“image_std”"
        ),
        (
            "towers/clip", "preprocessor_config.json", #""do_resize": true"#, #""do_resize": false"#,
            "preprocessor_config.json", "“do_resize”"
        ),
        (
            "towers/clip", "preprocessor_config.json", #""shortest_edge": 36"#, #""shortest_edge": 20"#,
            "preprocessor_config.json", "crop_size"
        ),
        ("towers/dinov2", "config.json", #""mlp_ratio": 2"#, #""mlp_ratio": 3"#, "model.safetensors", "mlp.fc1.weight"),
        ("towers/dinov2", "config.json", #""qkv_bias": true"#, #""qkv_bias": false"#, "config.json", "“qkv_bias”"),
        (
            "towers/siglip", "config.json", #""vision_use_head": true"#, #""vision_use_head": false"#, "config.json",
            "vision_use_head"
        ),
        (
            "audio/whisper-mlx", "config.json", #""n_audio_layer": 2"#, #""n_audio_layer": 3"#, "weights.npz",
            "blocks.2.attn_ln.weight"
        ),
        (
            "audio/whisper-mlx", "config.json", #""n_audio_head": 2"#, #""n_audio_head": 3"#, "config.json",
            "n_audio_head"
        ),
        ("audio/whisper-mlx", "config.json", #""n_mels": 80"#, #""bands": 80"#, "config.json", "n_mels"),
        (
            "audio/whisper-mlx", "config.json", #""n_mels": 80"#, #""n_mels": 80, "quantization": {"bits": 4}"#,
            "config.json", "weights of a few bits"
        ),
        (
            "towers/mobilenet-v2", "config.json", #""depth_multiplier": 0.1"#, #""depth_multiplier": 0.3"#,
            "model.safetensors", "stem.weight"
        ),
        (
            "towers/mobilenet-v2", "config.json", #""output_stride": 32"#, #""output_stride": 8"#, "config.json",
            "“output_stride”"
        ),
        (
            "sentences/roberta", "config.json", #""pad_token_id": 1"#, #""pad_token_id": 99"#, "config.json",
            "“pad_token_id”"
        ),
        (
            "sentences/roberta", "config.json", #""hidden_act": "gelu""#, #""hidden_act": "relu""#, "config.json",
            "“hidden_act”"
        ),
        (
            "sentences/roberta", "tokenizer.json", #""type": "ByteLevel""#, #""type": "Digits""#, "tokenizer.json",
            "Digits"
        ),
        (
            "sentences/roberta", "1_Pooling/config.json", #""pooling_mode_lasttoken": false"#,
            #""pooling_mode_lasttoken": true"#, "1_Pooling/config.json", "lasttoken"
        ),
        (
            "sentences/roberta", "1_Pooling/config.json", #""word_embedding_dimension": 24"#,
            #""word_embedding_dimension": 32"#, "1_Pooling/config.json", "32"
        ),
        (
            "sentences/roberta", "modules.json", "sentence_transformers.models.Normalize",
            "sentence_transformers.models.LSTM", "modules.json", "LSTM"
        ),
        ("sentences/roberta", "modules.json", #""1_Pooling""#, #""../1_Pooling""#, "modules.json", "a folder inside"),
        ("sentences/mpnet", "2_Dense/config.json", "activation.Tanh", "activation.ReLU", "2_Dense/config.json", "ReLU"),
        (
            "sentences/mpnet", "2_Dense/config.json", #""in_features": 48"#, #""in_features": 24"#,
            "2_Dense/config.json", "48"
        ),
        (
            "sentences/mpnet", "config.json", #""relative_attention_num_buckets": 32"#,
            #""relative_attention_num_buckets": 16"#, "model.safetensors", "relative_attention_bias"
        ),
        (
            "sentences/distilbert", "config.json", #""hidden_dim": 40"#, #""hidden_dim": 41"#, "model.safetensors",
            "ffn.lin1.weight"
        ),
        (
            "sentences/distilbert", "config.json", #""n_heads": 2"#, #""n_heads": 5"#, "config.json",
            "a multiple of n_heads"
        ),
        (
            "sentences/distilbert", "config.json", #""activation": "gelu""#, #""activation": "relu""#, "config.json",
            "“activation”"
        ),
        (
            "sentences/xlm-roberta", "tokenizer.json", #""unk_id": 3"#, #""unk_id": null"#, "tokenizer.json",
            "“model.unk_id”"
        ),
        (
            "sentences/xlm-roberta", "tokenizer.json", #""type": "Precompiled""#, #""type": "Nmt""#, "tokenizer.json",
            "Nmt"
        ),
        (
            "sentences/xlm-roberta", "config_sentence_transformers.json", #""default_prompt_name": "query""#,
            #""default_prompt_name": "passage""#, "config_sentence_transformers.json", "passage"
        ),
    ])
    func refuses(
        folder: String, file: String, entry: String, replacement: String, told: String, words: String
    ) throws {
        try expectRefusal(of: folder, file, entry, replacement, told, words)
    }

    /// A CLAP's faults that its sounds do not show.
    @Test(arguments: [
        ("config.json", #""text_config""#, #""other""#, "config.json", "text_config"),
        ("config.json", #""hidden_act": "gelu""#, #""hidden_act": "relu""#, "config.json", "“text_config.hidden_act”"),
        ("config.json", #""vocab_size": 600"#, #""vocab_size": 599"#, "tokenizer.json", "599"),
        (
            "config.json", #""max_position_embeddings": 42"#, #""max_position_embeddings": 43"#, "model.safetensors",
            "position_embeddings"
        ),
        ("config.json", #""pad_token_id": 1"#, #""pad_token_id": 50"#, "config.json", "“text_config.pad_token_id”"),
        ("tokenizer.json", #""type": "BPE""#, #""type": "Words""#, "tokenizer.json", "Words"),
    ])
    func refusesForTexts(file: String, entry: String, replacement: String, told: String, words: String) throws {
        try expectRefusal(of: "audio/clap", file, entry, replacement, told, words, modality: .text)
    }

    /// What is replaced by what in the files of a RoBERTa without a `tokenizer.json`, the file that is told of, and what is said.
    @Test(arguments: [
        ("vocab.json", #""<s>":"#, #""<S>":"#, "vocab.json", "without <s>"),
        ("vocab.json", #":599"#, #":700"#, "vocab.json", "the ids from 0 up"),
        ("merges.txt", "#version: 0.2\n", "#version: 0.2\nqx zq\n", "merges.txt", "the merge “qx zq”"),
        ("merges.txt", "#version: 0.2\n", "#version: 0.2\nalone\n", "merges.txt", "two pieces"),
    ])
    func refusesAVocabulary(
        file: String, entry: String, replacement: String, told: String, words: String
    ) throws {
        try RoBERTaFiles.write(to: scratch)
        let text = String(decoding: try scratch.data(file), as: UTF8.self)
        #expect(text.contains(entry), "\(file) has no \(entry)")
        try scratch.write(file, text.replacingOccurrences(of: entry, with: replacement))
        expectSentence(naming: scratch.url(told), words) {
            _ = try TextTokenizer(in: scratch.url, positions: 40, vocabularySize: 600)
        }
    }

    @Test func namesMissingMerges() throws {
        try RoBERTaFiles.write(to: scratch)
        try FileManager.default.removeItem(at: scratch.url("merges.txt"))
        expectSentence(naming: scratch.url("merges.txt"), "no such file") {
            _ = try TextTokenizer(in: scratch.url, positions: 40, vocabularySize: 600)
        }
    }

    /// Expects the folder not to be read when an entry of a file is replaced.
    private func expectRefusal(
        of folder: String, _ file: String, _ entry: String, _ replacement: String, _ told: String, _ words: String,
        modality: Modality? = nil
    ) throws {
        let place = try copy(folder)
        let text = String(decoding: try scratch.data("\(place)/\(file)"), as: UTF8.self)
        #expect(text.contains(entry), "\(folder)/\(file) has no \(entry)")
        try scratch.write("\(place)/\(file)", text.replacingOccurrences(of: entry, with: replacement))
        expectSentence(naming: scratch.url("\(place)/\(told)"), words) {
            _ = try FrozenEncoder(contentsOf: scratch.url(place), modality: modality)
        }
    }

    @Test(arguments: [
        ("towers/clip", "preprocessor_config.json"), ("towers/dinov2", "preprocessor_config.json"),
        ("sentences/roberta", "tokenizer.json"), ("sentences/roberta", "1_Pooling/config.json"),
    ])
    func namesAMissingFile(folder: String, file: String) throws {
        let place = try copy(folder)
        try FileManager.default.removeItem(at: scratch.url("\(place)/\(file)"))
        expectSentence(naming: scratch.url("\(place)/\(file)"), "no such file") {
            _ = try FrozenEncoder(contentsOf: scratch.url(place))
        }
    }

    @Test(arguments: ["towers/clip", "towers/mobilenet-v2", "sentences/mpnet"])
    func namesAFolderWithoutWeights(folder: String) throws {
        let place = try copy(folder)
        try FileManager.default.removeItem(at: scratch.url("\(place)/model.safetensors"))
        expectSentence(naming: scratch.url(place), "no weights") {
            _ = try FrozenEncoder(contentsOf: scratch.url(place))
        }
    }

    /// All unfit tensors in one sentence.
    @Test func tellsOfEveryUnfitTensor() throws {
        let place = try copy("towers/dinov2")
        let weights = scratch.url("\(place)/model.safetensors")
        let file = try SafetensorsFile(contentsOf: weights)
        let kept = try file.names.filter { !$0.hasPrefix("encoder.layer.1.norm") }.map { ($0, try file.tensor($0)) }
        let changed = kept.map { $0.0 == "layernorm.weight" ? ($0.0, Tensor(zeros: [25])) : $0 }
        try FileManager.default.removeItem(at: weights)
        try SafetensorsFile.write(changed + [("head.weight", Tensor(zeros: [2]))], to: weights)
        expectSentence(
            naming: weights, "encoder.layer.1.norm1.weight", "encoder.layer.1.norm2.bias", "layernorm.weight",
            "head.weight"
        ) { _ = try FrozenEncoder(contentsOf: scratch.url(place)) }
    }

    private func copy(_ name: String) throws -> String {
        let place = UUID().uuidString
        _ = try scratch.copy(Fixture.url(name), to: place)
        return place
    }
}
