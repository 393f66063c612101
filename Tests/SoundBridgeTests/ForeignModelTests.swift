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
        ("version https://git-lfs.github.com/spec/v1\noid sha256:ab\nsize 1\n", "Git LFS"),
    ]) func otherBytesAreNamed(contents: String, what: String) throws {
        let sentence = try refusal(scratch.write("model.safetensors", contents).path)
        #expect(sentence.contains(what), "\(sentence)")
    }

    /// A change to a folder that was fit, and a part of the sentence that refuses it.
    private enum Damage: CaseIterable {
        case otherPipeline, noScheduler, otherScheduler, inpainting, noWeights, cutWeights, otherShape, missingTensor,
            strangeTensor, notFinite, noTokenizer, autoencoderOfAnotherKind, textOfAnotherKind, shardElsewhere, noShard

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
        func rewrite(_ change: (inout [String: Tensor]) -> Void) throws {
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
        }
    }
}
