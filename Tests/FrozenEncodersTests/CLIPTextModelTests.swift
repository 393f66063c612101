import FilesOnDisk
import Foundation
import TensorCore
import TestSupport
import Testing

@testable import FrozenEncoders

/// Comparisons with transformers on tiny random weights; see Training/fixtures/clip_text_fixtures.py.
@Suite struct CLIPTextModelTests {
    private let expected: SafetensorsFile
    private let texts: [[Int]]

    static let folder = Fixture.url("clip-text")
    static let precisions: [Precision] = Precision.hasBFloat16 ? [.float32, .bfloat16] : [.float32]

    init() throws {
        expected = try SafetensorsFile(contentsOf: Self.folder.appending(path: "expected.safetensors"))
        let ids = try expected.tensor("ids")
        texts = (0..<ids.shape[0]).map { ids.item($0).floats.map { Int($0) } }
    }

    /// States are about 1; the tolerances are 1e-5 in f32 and those of 8 bits over three layers in bf16.
    private func expectEqual(
        _ model: CLIPTextModel, _ states: CLIPTextModel.States, _ name: String, pooled: String? = nil,
        _ precision: Precision
    ) throws {
        let tolerance: Float = precision == .float32 ? 1e-5 : 0.15
        for (index, ids) in texts.enumerated() {
            let encoded = model(ids, states: states)
            #expect(try distance(encoded.states, expected.tensor(name).item(index)) <= tolerance, "\(name)")
            if let pooled {
                #expect(try distance(encoded.pooled, expected.tensor(pooled).item(index)) <= tolerance, "\(pooled)")
            }
        }
    }

    private func distance(_ a: Tensor, _ b: Tensor) -> Float {
        a.shape == b.shape ? zip(a.floats, b.floats).map { abs($0 - $1) / max(1, abs($1)) }.max() ?? 0 : .infinity
    }

    @Test(arguments: precisions) func quickGELUAndTheHighestID(precision: Precision) throws {
        let model = try CLIPTextModel(contentsOf: Self.folder.appending(path: "clip"), precision: precision)
        #expect(model.config.pooledToken == nil && model.config.activation == .quickGELU && model.pooledSize == 32)
        try expectEqual(model, .last, "clip.last", pooled: "clip.pooled", precision)
        try expectEqual(model, .penultimate, "clip.penultimate", pooled: "clip.pooled", precision)
        try expectEqual(model, .last.skipping(2), "clip.skipped", precision)
    }

    @Test(arguments: precisions) func geluAndAProjection(precision: Precision) throws {
        let model = try CLIPTextModel(contentsOf: Self.folder.appending(path: "projected"), precision: precision)
        #expect(model.config.pooledToken == 95 && model.config.projectionSize == 24)
        try expectEqual(model, .last, "projected.last", pooled: "projected.pooled", precision)
        try expectEqual(model, .penultimate, "projected.penultimate", pooled: "projected.pooled", precision)
    }

    @Test(arguments: precisions) func theLayoutOfOpenCLIP(precision: Precision) throws {
        let file = try TensorFile.open(Self.folder.appending(path: "open-clip.safetensors"))
        let whole = CLIPTextNames.openCLIP(file, prefix: "cond_stage_model.model.")
        var config = try CLIPTextConfig(shapesOf: whole, activation: .gelu)
        #expect(config.heads == 1 && config.layerCount == 3 && config.projectionSize == 24 && config.tokenCount == 40)
        #expect(config.hiddenSize == 32 && config.intermediateSize == 48 && config.vocabularySize == 96)
        config.heads = 2
        let model = try CLIPTextModel(config, whole, precision: precision)
        try expectEqual(model, .penultimate, "projected.penultimate", pooled: "projected.pooled", precision)

        let shorter = CLIPTextNames.openCLIP(file, prefix: "cond_stage_model.model.", penultimateOnly: true)
        config = try CLIPTextConfig(shapesOf: shorter, activation: .gelu)
        config.heads = 2
        #expect(config.layerCount == 2 && config.projectionSize == nil)
        try expectEqual(CLIPTextModel(config, shorter, precision: precision), .last, "shorter.last", precision)
    }

    @Test func theLayoutOfASingleFile() throws {
        let file = try TensorFile.open(Self.folder.appending(path: "clip/model.safetensors"))
        let inside = MappedTensors(file) { name, _ in [("cond_stage_model.transformer.text_model.\(name)", .init(name))]
        }
        let names = CLIPTextNames.transformers(inside, prefix: "cond_stage_model.transformer.")
        var config = try CLIPTextConfig(shapesOf: names, activation: .quickGELU)
        config.heads = 2
        try expectEqual(
            CLIPTextModel(config, names, precision: .float32), .last, "clip.last", pooled: "clip.pooled", .float32)
        #expect(throws: TensorFileError.self) { try CLIPTextConfig(shapesOf: inside, activation: .gelu) }
    }

    @Test(arguments: [
        (#""model_type": "clip_text_model""#, #""model_type": "vit""#, "model_type"),
        (#""hidden_act": "quick_gelu""#, #""hidden_act": "relu""#, "hidden_act"),
        (#""hidden_size": 32"#, #""hidden_size": 33"#, "num_attention_heads"),
        (#""num_hidden_layers": 3"#, #""num_hidden_layers": 1000"#, "num_hidden_layers"),
        (#""max_position_embeddings": 40"#, #""max_position_embeddings": 0"#, "max_position_embeddings"),
        (#""vocab_size": 96"#, #""vocab_size": 1e18"#, "vocab_size"),
    ])
    func refusesAConfiguration(entry: String, replacement: String, words: String) throws {
        let folder = try copy(replacing: entry, by: replacement)
        expectSentence(naming: folder.url("clip/config.json"), words) {
            _ = try CLIPTextModel(contentsOf: folder.url("clip"))
        }
    }

    @Test(arguments: [
        (#""num_hidden_layers": 3"#, #""num_hidden_layers": 2"#, "encoder.layers.2"),
        (#""num_hidden_layers": 3"#, #""num_hidden_layers": 4"#, "encoder.layers.3"),
        (#""intermediate_size": 48"#, #""intermediate_size": 47"#, "mlp.fc1"),
    ])
    func refusesOtherWeights(entry: String, replacement: String, words: String) throws {
        let folder = try copy(replacing: entry, by: replacement)
        expectSentence(naming: folder.url("clip/model.safetensors"), words) {
            _ = try CLIPTextModel(contentsOf: folder.url("clip"))
        }
    }

    private func copy(replacing entry: String, by replacement: String) throws -> TemporaryFolder {
        let folder = try TemporaryFolder()
        try folder.copy(Self.folder.appending(path: "clip"), to: "clip")
        let config = String(decoding: try folder.data("clip/config.json"), as: UTF8.self)
        #expect(config.contains(entry))
        try folder.write("clip/config.json", config.replacingOccurrences(of: entry, with: replacement))
        return folder
    }

    // MARK: The encoder

    @Test func anEncoderNeedsATokenizerThatFits() throws {
        let merges = CLIPTokenizerTests.merges
        let model = try CLIPTextModel(contentsOf: Self.folder.appending(path: "clip"))
        let tokenizer = try CLIPTokenizer(merges: merges, padding: .endOfText, tokenCount: 40)
        expectSentence(naming: merges, "49408 tokens") {
            _ = try CLIPTextEncoder(model, tokenizer, states: .last, tokenizerFile: merges)
        }
    }

    /// A folder in the layout of diffusers, whose tokenizer lies beside the model.
    @Test func aFolderOfDiffusersIsATextEncoder() throws {
        let folder = try copy(replacing: #""vocab_size": 96"#, by: #""vocab_size": 515"#)
        try FileManager.default.moveItem(at: folder.url("clip"), to: folder.url("text_encoder_2"))
        let file = try SafetensorsFile(contentsOf: folder.url("text_encoder_2/model.safetensors"))
        try SafetensorsFile.write(
            try file.names.map { name in
                let words = name == "embeddings.token_embedding.weight"
                return (name, words ? Tensor(zeros: [515, 32]) : try file.tensor(name))
            }, to: folder.url("text_encoder_2/model.safetensors"))
        try CLIPTokenizerTests.writeFolder(folder, "tokenizer_2")
        guard case .text(let encoder) = try FrozenEncoder(contentsOf: folder.url("text_encoder_2")) else {
            Issue.record("no text encoder")
            return
        }
        let encoded = encoder.encode("ab")
        #expect(
            encoder.stateShape == [40, 32] && encoded.tokenStates?.shape == [40, 32] && encoded.pooled.count == 32)
    }

    private struct Constant: TextEncoder {
        let number: Float
        let embeddingLength = 1

        func encode(_ text: String) -> EncodedText {
            EncodedText(
                tokenStates: Tensor([number, number + 1], shape: [2, 1]), pooled: Tensor([number], shape: [1]),
                warnings: [TextWarning(text: text, kind: .unknownWords(unknown: 1, words: 1))])
        }
    }

    @Test func joinedEncodersStandSideBySide() {
        let joined = JoinedTextEncoder([Constant(number: 1), Constant(number: 5)]).encode("x")
        #expect(joined.tokenStates?.shape == [2, 2] && joined.tokenStates?.floats == [1, 5, 2, 6])
        #expect(joined.pooled.floats == [5] && joined.warnings.count == 1)
    }
}
