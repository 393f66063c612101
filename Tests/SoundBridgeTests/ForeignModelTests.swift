import FilesOnDisk
import Foundation
import TensorCore
import TestSupport
import Testing

@testable import SoundBridge

/// Files and folders that are no Stable Diffusion model, or a broken one: each is refused in one sentence that says what it
/// is.
@ComputeActor
struct ForeignModelTests {
    private let scratch: TemporaryFolder
    private let search = ModelSearch(models: Checkout.models)

    nonisolated init() throws { scratch = try TemporaryFolder() }

    private func refusal(_ path: String) throws -> String {
        do {
            let model = try OpenModel(named: path, in: search, precision: .float32)
            try model.pipeline.load([.pictures, .words])
            return "accepted"
        } catch {
            let sentence = "\(error)"
            #expect(error is any DescribedError && sentence.hasSuffix(".") && !sentence.contains("\n"), "\(sentence)")
            return sentence
        }
    }

    private func file(_ tensors: [String: [Int]]) throws -> String {
        let url = scratch.url("foreign-\(tensors.count).safetensors")
        try SafetensorsFile.write(
            tensors.sorted { $0.key < $1.key }.map { (name: $0.key, tensor: Tensor(zeros: $0.value)) }, to: url)
        return url.path
    }

    @Test(
        arguments: [
            (["double_blocks.0.img_attn.qkv.weight": [3, 3]], "Flux"),
            (["model.diffusion_model.joint_blocks.0.x_block.attn.qkv.weight": [3, 3]], "Stable Diffusion 3"),
            (["lora_unet_down_blocks_0.lora_down.weight": [2, 2]], "a LoRA"),
            (["unet.down_blocks.0.attn.lora_A.weight": [2, 2]], "a LoRA"),
            (["lora_unet_mid_block.hada_w1_a": [2, 2]], "a LyCORIS"),
            (["lora_unet_mid_block.lokr_w1": [2, 2]], "a LyCORIS"),
            (["control_model.input_blocks.0.0.weight": [2, 4, 3, 3]], "a ControlNet"),
            (["decoder.conv_in.weight": [8, 4, 3, 3]], "an autoencoder"),
            (["text_model.final_layer_norm.weight": [8]], "a text encoder"),
            (["down_blocks.0.resnets.0.conv1.weight": [8, 8, 3, 3]], "a single part of a model"),
            (["anything": [1]], "tensors such as “anything”"),
            (["clip_txt_pooled_mapper.weight": [2, 2]], "Stable Cascade"),
            (["adaln_single.linear.weight": [2, 2], "caption_projection.linear_1.weight": [2, 2]], "PixArt"),
            (["model.double_layers.0.attn.w1k.weight": [2, 2]], "AuraFlow"),
            (["down_blocks.0.motion_modules.0.temporal_transformer.norm.weight": [2]], "AnimateDiff"),
            (["ip_adapter.1.to_k_ip.weight": [2, 2], "image_proj.norm.weight": [2]], "an IP-Adapter"),
            (["adapter.body.0.block1.weight": [2, 2, 3, 3]], "a T2I-Adapter"),
            (["emb_params": [4, 768]], "a textual inversion"),
            (["string_to_param.*": [4, 768]], "a textual inversion"),
            (["body.0.rdb1.conv1.weight": [2, 2, 3, 3]], "an upscaler"),
            (["model.embed_tokens.weight": [2, 2]], "a language model"),
            (
                [
                    "model.diffusion_model.input_blocks.0.0.weight": [32, 8, 3, 3],
                    "model.diffusion_model.input_blocks.1.0.time_stack.in_layers.2.weight": [32, 32, 3, 1, 1],
                ], "Stable Video Diffusion"
            ),
            (
                [
                    "model.diffusion_model.input_blocks.0.0.weight": [32, 4, 3, 3],
                    "model.diffusion_model.out.2.weight": [4, 32, 3, 3],
                    "model.diffusion_model.input_blocks.1.1.transformer_blocks.0.attn2.to_k.weight": [32, 1280],
                    "conditioner.embedders.0.model.ln_final.weight": [1280],
                ], "the refiner of Stable Diffusion XL"
            ),
            (["model.diffusion_model.out.2.weight.quant_state.bitsandbytes__nf4": [8]], "less than 16 bits"),
            (
                [
                    "model.diffusion_model.input_blocks.0.0.weight": [32, 9, 3, 3],
                    "model.diffusion_model.out.2.weight": [4, 32, 3, 3],
                ], "takes 9 channels rather than the 4"
            ),
            (
                [
                    "model.diffusion_model.input_blocks.0.0.weight": [32, 4, 3, 3],
                    "model.diffusion_model.out.2.weight": [4, 32, 3, 3],
                ], "a U-Net of another kind"
            ),
            (
                [
                    "model.diffusion_model.input_blocks.0.0.weight": [32, 4, 3, 3],
                    "model.diffusion_model.out.2.weight": [4, 32, 3, 3],
                    "model.diffusion_model.input_blocks.1.1.transformer_blocks.0.attn2.to_k.weight": [32, 768],
                ], "no text encoder"
            ),
        ] as [([String: [Int]], String)]) func foreignFilesAreNamed(tensors: [String: [Int]], what: String) throws
    {
        let sentence = try refusal(file(tensors))
        #expect(sentence.contains(what), "\(sentence)")
    }

    @Test(arguments: [
        ("GGUF\u{3}\u{0}\u{0}\u{0}more", "GGUF"), ("", "empty"), ("<html>not a model, a page", "safetensors"),
        ("\u{89}HDF\r\n\u{1A}\n and more", "safetensors"), ("x\0\0\0TFL3 and more", "TensorFlow Lite"),
        ("\u{8}\u{7}\u{12}\u{7}pytorch\u{1A}", "ONNX"), ("7z and more of it", "safetensors"),
        ("<?xml version=\"1.0\"?><net name=\"unet\"/>", "XML"), ("{\"a model\": false}", "JSON"),
        ("Rar!\u{1A}\u{7}\u{1} and more", "RAR"),
        ("version https://git-lfs.github.com/spec/v1\noid sha256:ab\nsize 1\n", "Git LFS"),
    ]) func otherBytesAreNamed(contents: String, what: String) throws {
        let sentence = try refusal(scratch.write("model.safetensors", contents).path)
        #expect(sentence.contains(what), "\(sentence)")
    }

    /// Bytes that are no text: an archive whose entries are inflated a thousandfold, a pickle that runs a command, files of
    /// other programs. None of them is unpacked or run.
    @Test(.timeLimit(.minutes(1))) func archivesAndPicklesAreRefused() throws {
        func refusal(_ bytes: Data) throws -> String {
            try self.refusal(scratch.write("model.ckpt", bytes).path)
        }
        func text(_ text: String) -> Data { Data("X".utf8) + number(text.utf8.count, 4) + Data(text.utf8) }
        let harm = scratch.path("harm")
        let call =
            Data([0x80, 2]) + Data("cos\nsystem\n".utf8) + text("touch \(harm)") + Data([0x85]) + Data("R.".utf8)
        #expect(try refusal(StoredZip([("archive/data.pkl", call)]).data).contains("would run os.system"))
        let bare = try refusal(call)
        #expect(bare.contains("a pickle without an archive"), "\(bare)")
        #expect(!FileManager.default.fileExists(atPath: harm))
        var bomb = StoredZip([("archive/data.pkl", Data(count: 100)), ("archive/data/0", Data(count: 100))])
        for entry in bomb.entries.indices {
            (bomb.entries[entry].method, bomb.entries[entry].claimedSize) = (8, 1 << 31)
        }
        #expect(try refusal(bomb.data).contains("compressed"))
        let photos = try refusal(StoredZip([("photos/cat.jpg", Data(count: 9))]).data)
        #expect(photos.contains("0 files data.pkl"), "\(photos)")
        #expect(try refusal(Data([0x1F, 0x8B, 8, 8, 1, 2, 3, 4, 5, 6])).contains("gzip"))
        #expect(try refusal(Data([0x89] + Array("PNG\r\n\u{1A}\n and more".utf8))).contains("a picture"))
        let legacy: [UInt8] = [0x80, 2, 0x8A, 0x0A, 0x6C, 0xFC, 0x9C, 0x46, 0xF9, 0x20, 0x6A, 0xA8, 0x50, 0x19, 0x2E]
        #expect(try refusal(Data(legacy)).contains("PyTorch before 1.6"))
    }

    /// Nothing is waited for, and nothing allocated for what a header claims.
    @Test(.timeLimit(.minutes(1))) func filesThatClaimMoreThanTheyHaveAreRefused() throws {
        func refusal(_ header: String) throws -> String {
            try self.refusal(
                scratch.write("model.safetensors", number(header.utf8.count, 8) + Data(header.utf8)).path)
        }
        let name = "model.diffusion_model.input_blocks.0.0.weight"
        for (type, shape, end) in [("F32", "[1099511627776, 4, 3, 3]", 0), ("F32", "[-1]", 4), ("F16", "[4]", 8)] {
            let sentence = try refusal(
                #"{"\#(name)": {"dtype": "\#(type)", "shape": \#(shape), "data_offsets": [0, \#(end)]}}"#)
            #expect(sentence.contains(name), "\(sentence)")
        }
        let eight = try refusal(#"{"\#(name)": {"dtype": "F8_E4M3", "shape": [0], "data_offsets": [0, 0]}}"#)
        #expect(eight.contains("has the type F8_E4M3"), "\(eight)")
        let pipe = scratch.path("pipe.safetensors")
        #expect(mkfifo(pipe, 0o600) == 0)
        let sentence = try self.refusal(pipe)
        #expect(sentence.contains("not a regular file"), "\(sentence)")
    }

    /// A change to a folder that was fit, and a part of the sentence that refuses it.
    private enum Damage: CaseIterable {
        case otherPipeline, noScheduler, otherScheduler, inpainting, noWeights, cutWeights, otherShape, missingTensor,
            strangeTensor, notFinite, noTokenizer, autoencoderOfAnotherKind, textOfAnotherKind, shardElsewhere, noShard,
            cutShard, wrongIndex, brokenIndex, infiniteAutoencoder, notFiniteText, otherContext, endlessText,
            endlessUNet,
            otherVocabulary, pickleThatRuns, moreLatents

        var sentence: String {
            switch self {
            case .otherPipeline: "“FluxPipeline”"
            case .noScheduler: "scheduler/scheduler_config.json cannot be read: no such file"
            case .otherScheduler: "_class_name"
            case .inpainting: "in_channels"
            case .noWeights: "no weights"
            case .cutWeights: "diffusion_pytorch_model.safetensors"
            case .otherShape: "conv_in.weight"
            case .missingTensor: "conv_in.weight"
            case .strangeTensor: "stranger"
            case .notFinite: "conv_in.weight"
            case .noTokenizer: "vocab.json cannot be read: no such file"
            case .autoencoderOfAnotherKind: "VQModel"
            case .textOfAnotherKind: "model_type"
            case .shardElsewhere: "../elsewhere.safetensors"
            case .noShard: "absent.safetensors"
            case .cutShard: "half.safetensors"
            case .wrongIndex: "the tensor “conv_in.weight” in “half.safetensors”, which does not hold it"
            case .brokenIndex: "diffusion_pytorch_model.safetensors.index.json"
            case .infiniteAutoencoder: "vae/diffusion_pytorch_model.safetensors holds numbers that are not finite"
            case .notFiniteText: "text_encoder/model.safetensors holds numbers that are not finite"
            case .otherContext: "attn2"
            case .endlessText: "num_hidden_layers"
            case .endlessUNet: "block_out_channels"
            case .otherVocabulary: "vocab.json"
            case .pickleThatRuns: "would run os.system"
            case .moreLatents: "vae"
            }
        }
    }

    @Test func brokenFoldersAreRefused() throws {
        for damage in Damage.allCases {
            let folder = try StandIn("sd1").write(to: scratch)
            try apply(damage, to: folder)
            let sentence = try refusal(folder.path)
            #expect(sentence.contains(damage.sentence), "\(damage): \(sentence)")
            try FileManager.default.removeItem(at: folder)
        }
    }

    private func apply(_ damage: Damage, to folder: URL) throws {
        let weights = folder.appending(path: "unet/diffusion_pytorch_model.safetensors")
        func edit(_ name: String, _ field: String, _ value: Any) throws {
            let file = folder.appending(path: name)
            var object = try #require(JSONSerialization.jsonObject(with: Data(contentsOf: file)) as? [String: Any])
            object[field] = value
            try JSONSerialization.data(withJSONObject: object).write(to: file)
        }
        func rewrite(_ part: URL? = nil, _ change: (inout [String: Tensor]) -> Void) throws {
            let weights = part ?? weights
            let file = try SafetensorsFile(contentsOf: weights)
            var tensors: [String: Tensor] = [:]
            for name in file.names {
                tensors[name] = Tensor(try file.tensor(name).floats, shape: try file.tensor(name).shape)
            }
            change(&tensors)
            try SafetensorsFile.write(
                tensors.sorted { $0.key < $1.key }.map { (name: $0.key, tensor: $0.value) }, to: weights)
        }
        func shards(_ name: String) throws {
            try FileManager.default.removeItem(at: weights)
            let index: [String: Any] = ["weight_map": ["conv_in.weight": name]]
            try JSONSerialization.data(withJSONObject: index).write(
                to: folder.appending(path: "unet/diffusion_pytorch_model.safetensors.index.json"))
        }
        switch damage {
        case .otherPipeline: try edit("model_index.json", "_class_name", "FluxPipeline")
        case .noScheduler: try FileManager.default.removeItem(at: folder.appending(path: "scheduler"))
        case .otherScheduler:
            try edit("scheduler/scheduler_config.json", "_class_name", "FlowMatchEulerDiscreteScheduler")
        case .inpainting: try edit("unet/config.json", "in_channels", 9)
        case .noWeights: try FileManager.default.removeItem(at: weights)
        case .cutWeights:
            let bytes = try Data(contentsOf: weights)
            try bytes.prefix(bytes.count / 2).write(to: weights)
        case .otherShape: try rewrite { $0["conv_in.weight"] = Tensor(zeros: [16, 4, 1, 1]) }
        case .missingTensor: try rewrite { $0["conv_in.weight"] = nil }
        case .strangeTensor: try rewrite { $0["stranger"] = Tensor(zeros: [1]) }
        case .notFinite:
            try rewrite { $0["conv_in.weight"] = Tensor(Array(repeating: .nan, count: 16 * 36), shape: [16, 4, 3, 3]) }
        case .noTokenizer: try FileManager.default.removeItem(at: folder.appending(path: "tokenizer"))
        case .autoencoderOfAnotherKind: try edit("vae/config.json", "_class_name", "VQModel")
        case .textOfAnotherKind: try edit("text_encoder/config.json", "model_type", "t5")
        case .shardElsewhere: try shards("../elsewhere.safetensors")
        case .noShard: try shards("absent.safetensors")
        case .cutShard:
            try Data(contentsOf: weights).prefix(9000).write(to: folder.appending(path: "unet/half.safetensors"))
            try shards("half.safetensors")
        case .wrongIndex:
            try SafetensorsFile.write(
                [("conv_out.weight", Tensor(zeros: [1]))], to: folder.appending(path: "unet/half.safetensors"))
            try shards("half.safetensors")
        case .brokenIndex:
            try shards("half.safetensors")
            try Data("{\"weight_map\": [".utf8).write(
                to: folder.appending(path: "unet/diffusion_pytorch_model.safetensors.index.json"))
        case .infiniteAutoencoder:
            try rewrite(folder.appending(path: "vae/diffusion_pytorch_model.safetensors")) { tensors in
                let name = "decoder.conv_out.bias"
                tensors[name] = tensors[name].map { Tensor([.infinity] + $0.floats.dropFirst(), shape: $0.shape) }
            }
        case .notFiniteText:
            try rewrite(folder.appending(path: "text_encoder/model.safetensors")) { tensors in
                guard let name = tensors.keys.first(where: { $0.hasSuffix("token_embedding.weight") }) else { return }
                tensors[name] = tensors[name].map { Tensor($0.floats.dropLast() + [.nan], shape: $0.shape) }
            }
        case .otherContext: try edit("unet/config.json", "cross_attention_dim", 24)
        case .endlessText: try edit("text_encoder/config.json", "num_hidden_layers", 1_000_000_000)
        case .endlessUNet: try edit("unet/config.json", "block_out_channels", [1 << 40, 1 << 40])
        case .otherVocabulary:
            try Data("[1, 2]".utf8).write(to: folder.appending(path: "tokenizer/vocab.json"))
        case .pickleThatRuns:
            let call =
                Data("\u{80}".unicodeScalars.map { UInt8($0.value) })
                + Data("\u{2}cos\nsystem\nN\u{85}R.".unicodeScalars.map { UInt8($0.value) })
            try FileManager.default.removeItem(at: weights)
            try StoredZip([("archive/data.pkl", call)]).data.write(
                to: folder.appending(path: "unet/diffusion_pytorch_model.bin"))
        case .moreLatents: try edit("vae/config.json", "latent_channels", 16)
        }
    }
}
