import FilesOnDisk
import Foundation
import TensorCore
import TestSupport
import Testing

@testable import FrozenEncoders
@testable import SoundBridge

/// LoRAs against what diffusers and peft make of them, merged into models of synthetic weights.
@ComputeActor
struct LoRATests {
    private static let fixtures = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Fixtures/loras")
    private nonisolated static let layer = "down_blocks.0.attentions.0.transformer_blocks.0.attn1.to_q"
    private static let flat = "lora_unet_" + layer.replacing(".", with: "_")

    private let scratch: TemporaryFolder
    private let folder: URL

    nonisolated init() throws {
        scratch = try TemporaryFolder()
        folder = try StandIn("sd1").write(to: scratch)
    }

    private func fixture(_ name: String, scale: Float = 1) -> LoRA {
        LoRA(file: Self.fixtures.appending(path: "\(name).safetensors"), scale: scale)
    }

    private func model(_ loras: LoRA...) throws -> DiffusersFolder {
        try DiffusersFolder(contentsOf: folder, options: .init(loras: loras))
    }

    /// Writes a LoRA of synthetic weights in these shapes.
    private func write(_ shapes: KeyValuePairs<String, [Int]>, to name: String = "lora.safetensors") throws -> LoRA {
        let file = scratch.url(name)
        try SafetensorsFile.write(shapes.map { ($0.key, SyntheticTensors.weight($0.key, $0.value)) }, to: file)
        return LoRA(file: file)
    }

    @Test(arguments: [
        ("sd1", "kohya"), ("sd1", "peft"), ("sdxl", "kohya"), ("sdxl", "original"), ("sdxl", "peft"),
    ]) func weightsAreMergedAsByPeft(name: String, kind: String) throws {
        let folder = name == "sd1" ? folder : try StandIn(name).write(to: scratch)
        let model = try DiffusersFolder(
            contentsOf: folder, options: .init(loras: [fixture("\(name)-\(kind)", scale: 0.8)]))
        let expected = try SafetensorsFile(contentsOf: Self.fixtures.appending(path: "\(name)-merged.safetensors"))
        #expect(expected.names.count >= 60)
        for part in StableDiffusionPart.parts(isXL: name == "sdxl") {
            let merged = try model.merged(part)
            for name in expected.names where name.hasPrefix("\(part.rawValue).") {
                let inner = name.dropFirst(part.rawValue.count + 1).replacing("text_model.", with: "")
                let found = try merged.tensor(String(inner)).floats
                let seventh = stride(from: 0, to: found.count, by: 7).map { found[$0] }
                let numbers = try expected.tensor(name).floats
                let worst = zip(seventh, numbers).map { abs($0 - $1) }.max() ?? .infinity
                #expect(seventh.count == numbers.count && worst < 2e-6, "\(name): \(worst)")
            }
        }
    }

    @Test func layersThatAreNotNamedStayAsTheyAre() throws {
        let (plain, changed) = (try model().merged(.unet), try model(fixture("sd1-kohya")).merged(.unet))
        #expect(plain.names == changed.names)
        let differing = try plain.names.filter { try plain.tensor($0).floats != changed.tensor($0).floats }
        let named = try SafetensorsFile(contentsOf: Self.fixtures.appending(path: "sd1-merged.safetensors")).names
        #expect(Set(differing.map { "unet.\($0)" }) == Set(named.filter { $0.hasPrefix("unet.") }))
    }

    @Test func aScaleOf0ChangesNothing() throws {
        for part in [StableDiffusionPart.unet, .textEncoder] {
            let (plain, merged) = (try model().merged(part), try model(fixture("sd1-kohya", scale: 0)).merged(part))
            for name in plain.names { #expect(try plain.tensor(name).floats == merged.tensor(name).floats) }
        }
    }

    @Test func severalAddUp() throws {
        let both = try model(fixture("sd1-kohya", scale: 1.2), fixture("sd1-peft", scale: -0.4)).merged(.unet)
        let one = try model(fixture("sd1-kohya", scale: 0.8)).merged(.unet)
        for name in one.names {
            let worst = try zip(both.tensor(name).floats, one.tensor(name).floats).map { abs($0 - $1) }.max() ?? 0
            #expect(worst < 1e-5, "\(name): \(worst)")
        }
    }

    @Test func singleFilesTakeThemToo() throws {
        let shapes = try JSONDecoder().decode(
            [String: [Int]].self, from: Data(contentsOf: Self.fixtures.appending(path: "checkpoint.json")))
        let file = scratch.url("model.safetensors")
        try SafetensorsFile.write(
            shapes.map { (name: $0.key, tensor: SyntheticTensors.weight($0.key, $0.value)) }, to: file)
        let (attention, convolution) = ("down_blocks_1_attentions_0_proj_out", "output_blocks_2_1_conv")
        let text = "text_model_encoder_layers_1_mlp_fc1"
        let lora = try write([
            "lora_unet_\(attention).lora_down.weight": [2, 64], "lora_unet_\(attention).lora_up.weight": [64, 2],
            "lora_unet_\(convolution).lora_down.weight": [2, 128, 3, 3],
            "lora_unet_\(convolution).lora_up.weight": [128, 2, 1, 1],
            "lora_te_\(text).lora_down.weight": [2, 16], "lora_te_\(text).lora_up.weight": [32, 2],
        ])
        let vocabulary = Checkout.models.appending(path: "components/clip-vocabulary/merges.txt")
        let plain = try OriginalCheckpoint(contentsOf: file, vocabulary: vocabulary)
        let changed = try OriginalCheckpoint(contentsOf: file, vocabulary: vocabulary, options: .init(loras: [lora]))
        func differing(_ part: StableDiffusionPart) throws -> Set<String> {
            let (plain, changed) = (plain.merged(part), changed.merged(part))
            return try Set(plain.names.filter { try plain.tensor($0).floats != changed.tensor($0).floats })
        }
        #expect(
            try differing(.unet) == [
                "down_blocks.1.attentions.0.proj_out.weight", "up_blocks.0.upsamplers.0.conv.weight",
            ])
        #expect(try differing(.textEncoder) == ["encoder.layers.1.mlp.fc1.weight"])
        _ = try changed.denoiser(.float32)
    }

    /// OpenCLIP packs query, key and value in one tensor; LoRAs name them apart.
    @Test(arguments: [("lora_te", StableDiffusionPart.textEncoder), ("lora_te2", .textEncoder2)])
    func packedAttentionsTakeThemApart(prefix: String, part: StableDiffusionPart) throws {
        let isXL = part == .textEncoder2
        var shapes = try JSONDecoder().decode(
            [String: [Int]].self, from: Data(contentsOf: Self.fixtures.appending(path: "checkpoint.json")))
        let old = "cond_stage_model.transformer."
        if isXL {
            for (name, shape) in shapes where name.hasPrefix(old) {
                shapes[name.replacing(old, with: "conditioner.embedders.0.transformer.")] = shape
            }
        }
        shapes = shapes.filter { !$0.key.hasPrefix(old) }
        let stem = isXL ? "conditioner.embedders.1.model." : "cond_stage_model.model."
        shapes[stem + "text_projection"] = [16, 8]
        for layer in 0..<3 {
            let block = "\(stem)transformer.resblocks.\(layer)."
            (shapes[block + "attn.in_proj_weight"], shapes[block + "attn.in_proj_bias"]) = ([48, 16], [48])
            (shapes[block + "attn.out_proj.weight"], shapes[block + "mlp.c_fc.weight"]) = ([16, 16], [32, 16])
        }
        let file = scratch.url("packed.safetensors")
        try SafetensorsFile.write(
            shapes.map { (name: $0.key, tensor: SyntheticTensors.weight($0.key, $0.value)) }, to: file)
        let layer = "\(prefix)_text_model_encoder_layers_1"
        let (query, value, wide) = ("\(layer)_self_attn_q_proj", "\(layer)_self_attn_v_proj", "\(layer)_mlp_fc1")
        let lora = try write([
            query + ".lora_down.weight": [2, 16], query + ".lora_up.weight": [16, 2],
            value + ".lora_down.weight": [2, 16], value + ".lora_up.weight": [16, 2],
            wide + ".lora_down.weight": [2, 16], wide + ".lora_up.weight": [32, 2],
        ])
        let vocabulary = Checkout.models.appending(path: "components/clip-vocabulary/merges.txt")
        let plain = try OriginalCheckpoint(contentsOf: file, vocabulary: vocabulary).merged(part)
        let changed = try OriginalCheckpoint(
            contentsOf: file, vocabulary: vocabulary, options: .init(loras: [lora])
        ).merged(part)
        let stemHere = "encoder.layers.1."
        #expect(
            try Set(plain.names.filter { try plain.tensor($0).floats != changed.tensor($0).floats })
                == Set(["self_attn.q_proj", "self_attn.v_proj", "mlp.fc1"].map { "\(stemHere)\($0).weight" }))
        // The rows of the packed tensor with the product written out: the first third is the query's, the last the value's.
        let packed = try SafetensorsFile(contentsOf: file)
            .tensor("\(stem)transformer.resblocks.1.attn.in_proj_weight").floats
        let tensors = try SafetensorsFile(contentsOf: lora.file)
        for (name, place, first) in [("q_proj", query, 0), ("v_proj", value, 32)] {
            let down = try tensors.tensor(place + ".lora_down.weight").floats
            let up = try tensors.tensor(place + ".lora_up.weight").floats
            let merged = try changed.tensor("\(stemHere)self_attn.\(name).weight").floats
            for (row, column) in (0..<16).flatMap({ row in (0..<16).map { (row, $0) } }) {
                let sum = (0..<2).reduce(packed[(first + row) * 16 + column]) {
                    $0 + up[row * 2 + $1] * down[$1 * 16 + column]
                }
                #expect(abs(merged[row * 16 + column] - sum) < 1e-6)
            }
        }
    }

    /// SDXL's projection lies the other way round in the original layout.
    @Test func turnedProjectionsTakeThem() throws {
        let file = scratch.url("projection.safetensors")
        try SafetensorsFile.write([("p.text_projection", SyntheticTensors.weight("p", [16, 8]))], to: file)
        let lora = try write(["a.lora_A.weight": [2, 16], "a.lora_B.weight": [8, 2]])
        let turned = CLIPTextNames.openCLIP(try SafetensorsFile(contentsOf: file), prefix: "p.")
        let tensors = try SafetensorsFile(contentsOf: lora.file)
        let merged = MergedTensors(
            turned,
            adding: [
                "text_projection.weight": [.init(tensors, down: "a.lora_A.weight", up: "a.lora_B.weight", scale: 1)]
            ])
        let (base, found) = (
            SyntheticTensors.weight("p", [16, 8]).floats, try merged.tensor("text_projection.weight").floats
        )
        let (down, up) = (try tensors.tensor("a.lora_A.weight").floats, try tensors.tensor("a.lora_B.weight").floats)
        for (row, column) in (0..<8).flatMap({ row in (0..<16).map { (row, $0) } }) {
            let sum = (0..<2).reduce(base[column * 8 + row]) { $0 + up[row * 2 + $1] * down[$1 * 16 + column] }
            #expect(abs(found[row * 16 + column] - sum) < 1e-6)
        }
    }

    /// A linear layer's change to a 1×1 convolution, and the other way round, each beside the sum written out.
    @Test(arguments: [("proj_in", false), ("transformer_blocks.0.attn1.to_q", true)])
    func pointwiseConvolutionsAreLinearLayers(name: String, isConvolution: Bool) throws {
        let layer = "down_blocks.0.attentions.0.\(name)", kernel = isConvolution ? [1, 1] : []
        let lora = try write([
            "unet.\(layer).lora_A.weight": [2, 16] + kernel, "unet.\(layer).lora_B.weight": [16, 2] + kernel,
        ])
        let file = try SafetensorsFile(contentsOf: lora.file)
        let down = try file.tensor("unet.\(layer).lora_A.weight").floats
        let up = try file.tensor("unet.\(layer).lora_B.weight").floats
        let base = try model().merged(.unet).tensor("\(layer).weight")
        let merged = try model(lora).merged(.unet).tensor("\(layer).weight")
        #expect(merged.shape == base.shape && (base.shape.count == 4) != isConvolution)
        let (before, after) = (base.floats, merged.floats)
        for (output, input) in (0..<16).flatMap({ output in (0..<16).map { (output, $0) } }) {
            let sum = (0..<2).reduce(before[output * 16 + input]) { $0 + up[output * 2 + $1] * down[$1 * 16 + input] }
            #expect(abs(after[output * 16 + input] - sum) < 1e-6)
        }
    }

    @Test(arguments: [
        ("unet.\(layer).processor.to_q_lora", ".down.weight", ".up.weight"),
        ("base_model.model.unet.\(layer)", ".lora_A.default.weight", ".lora_B.default.weight"),
        ("base_model.model.\(layer)", ".lora_A.weight", ".lora_B.weight"),
        ("unet.\(layer)", ".lora.down.weight", ".lora.up.weight"),
        ("diffusion_model.input_blocks.1.1.transformer_blocks.0.attn1.to_q", ".lora_A.weight", ".lora_B.weight"),
    ]) func otherNamesAreOfTheSameLayer(stem: String, down: String, up: String) throws {
        let stem = stem.replacing(".to_q.processor", with: ".processor")
        let lora = try write([stem + down: [4, 16], stem + up: [16, 4]])
        let (plain, merged) = (try model().merged(.unet), try model(lora).merged(.unet))
        let changed = try plain.names.filter { try plain.tensor($0).floats != merged.tensor($0).floats }
        #expect(changed == ["\(Self.layer).weight"])
    }

    @Test(arguments: [
        (#"{"lora_alpha": 8}"#, Float(2)), (#"{"lora_alpha": 8, "use_rslora": true}"#, 4),
        (#"{"lora_alpha": 8, "alpha_pattern": {"attn1.to_q": 2, "to_k": 16}}"#, 0.5), ("{}", 1),
    ]) func theConfigurationBesideAnAdapterScalesIt(json: String, factor: Float) throws {
        try scratch.write("adapter_config.json", json)
        let lora = try write(
            [
                "base_model.model.unet.\(Self.layer).lora_A.weight": [4, 16],
                "base_model.model.unet.\(Self.layer).lora_B.weight": [16, 4],
            ], to: "adapter_model.safetensors")
        #expect(try LoRAFile(contentsOf: lora.file).layers.map(\.factor) == [factor])
    }

    @Test(arguments: [
        (".hada_w1_a", "a LoHa of LyCORIS"), (".lokr_w1", "a LoKr of LyCORIS"), (".a1.weight", "a GLoRA of LyCORIS"),
        (".oft_blocks", "an OFT"), (".dora_scale", "a DoRA"), (".lora_mid.weight", "in three parts"),
        (".diff", "a full difference"), (".lora_up.bias", "1 tensor of no known use"),
    ]) func changesOfOtherKindsAreRefusedByName(ending: String, phrase: String) throws {
        let lora = try write([
            Self.flat + ".lora_down.weight": [2, 16], Self.flat + ".lora_up.weight": [16, 2], Self.flat + ending: [16],
        ])
        try expectRefusal(of: lora, phrase, "lora.safetensors")
    }

    @Test func whatHasNoPlaceInTheModelIsTold() throws {
        try expectRefusal(of: fixture("sdxl-kohya"), "layers without a place in it", "lora_te2_", "and so on", "sd1")
        let lora = try write(["unet.conv.lora_A.weight": [2, 16], "unet.conv.lora_B.weight": [16, 2]])
        try expectRefusal(of: lora, "1 layer without a place in it (“unet.conv.lora_A.weight”)")
    }

    @Test(arguments: [
        ([2, 24], [16, 2]), ([2, 16], [16, 3]), ([2, 16, 3, 3], [16, 2, 1, 1]), ([2, 16], [8, 2]),
    ])
    func shapesThatDoNotFitAreTold(down: [Int], up: [Int]) throws {
        let lora = try write([Self.flat + ".lora_down.weight": down, Self.flat + ".lora_up.weight": up])
        try expectRefusal(of: lora, "1 layer of shapes that do not fit its weights", "lora_down")
    }

    @Test func damagedFilesAreTold() throws {
        try expectRefusal(of: write(["a.weight": [2, 16]]), "no pairs of low rank")
        try expectRefusal(
            of: write([Self.flat + ".lora_down.weight": [0, 16], Self.flat + ".lora_up.weight": [16, 0]]), "lora")
        try expectRefusal(of: write([Self.flat + ".lora_down.weight": [2, 16]]), "no pairs of low rank")
        try expectRefusal(
            of: write([
                Self.flat + ".lora_down.weight": [2, 16], Self.flat + ".lora_up.weight": [16, 2],
                Self.flat + ".alpha": [2],
            ]), "shape [2]")
        try expectRefusal(of: LoRA(file: scratch.url("none.safetensors")), "none.safetensors")
        for scale in [Float.nan, 10.5, -Float.infinity] {
            try expectRefusal(of: fixture("sd1-kohya", scale: scale), "from -10 to 10")
        }
        let file = scratch.url("infinite.safetensors")
        try SafetensorsFile.write(
            [
                (Self.flat + ".lora_down.weight", Tensor([Float](repeating: .infinity, count: 32), shape: [2, 16])),
                (Self.flat + ".lora_up.weight", Tensor(zeros: [16, 2])),
            ], to: file)
        let error = #expect(throws: TensorFileError.self) { try model(LoRA(file: file)).denoiser(.float32) }
        #expect(error?.description.contains("infinite.safetensors") == true)
    }

    @Test func bundlesTakeNone() throws {
        let error = #expect(throws: ModelError.self) {
            try OpenModel(
                named: "default", in: ModelSearch(models: Checkout.models),
                options: .init(loras: [fixture("sd1-kohya")]))
        }
        #expect(error?.description.contains("“default” is no Stable Diffusion model, and LoRAs") == true)
    }

    private func expectRefusal(of lora: LoRA, _ phrases: String...) throws {
        let error = #expect(throws: (any Error).self) { try model(lora) }
        for phrase in phrases {
            #expect("\(try #require(error))".contains(phrase), "\(String(describing: error))")
        }
    }

    @Test func thePictureChanges() throws {
        let search = ModelSearch(models: Checkout.models)
        func draw(_ loras: [LoRA]) throws -> (picture: [Float], digest: String) {
            let model = try #require(try search.textToImage(folder.path, options: .init(loras: loras)))
            let open = try OpenModel(model, sounds: search.bundle("default"), precision: .float32)
            var settings = open.pipeline.settings(seed: 3)
            settings.steps = 2
            let request = PictureRequest(try open.pipeline.subject(prompt: "a photo of a dog"), settings)
            return (try #require(open.pipeline.draw([request]).first).picture.values, try open.digest())
        }
        let scales: [Float] = [0, 0.5, 1]
        let drawn = try [draw([])] + scales.map { try draw([fixture("sd1-kohya", scale: $0)]) }
        #expect(drawn[0].picture == drawn[1].picture)
        #expect(Set(drawn.map(\.picture)).count == 3)
        #expect(Set(drawn.map(\.digest)).count == 4)
        let peft = try draw([fixture("sd1-peft")])
        #expect(peft.picture == drawn[3].picture)
    }
}
