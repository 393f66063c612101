import Foundation
import LatentDiffusion
import PictureFiles
import TestSupport
import Testing

@testable import SoundBridge

/// Settings of other programs, in pictures made here in the forms that those programs write.
@Suite struct CarriedSettingsTests {
    let scratch: TemporaryFolder

    init() throws { scratch = try TemporaryFolder() }

    static let infotext = """
        girl with an artist's beret, (determined:1.2), \\(blue\\) eyes, <lora:add_detail:0.8>
        desert scene, 砂漠
        Negative prompt: ugly, (((deformed))),
        [blurry]
        Steps: 20, Sampler: DPM++ 2M, Schedule type: Karras, CFG scale: 7, Seed: 965400086, Size: 512x768, \
        Model hash: 45dee52b, Model: dreamshaper_8, Denoising strength: 0.55, Variation seed: 77, \
        Variation seed strength: 0.3, Clip skip: 2, Lora hashes: "add_detail: 7c6bad76eb54, other: 1", Version: v1.9.4
        """

    func read(_ keyword: String, _ text: String) throws -> CarriedSettings {
        let picture = try Picture(width: 1, height: 1, pixels: [1, 2, 3])
        let png = try picture.pngData(text: [PNGText(keyword: keyword, text: text)])
        return try CarriedSettings(contentsOf: scratch.write("a.png", png))
    }

    func foreign(_ keyword: String, _ text: String) throws -> ForeignSettings {
        guard case .foreign(let settings) = try read(keyword, text) else { throw PictureRecordError.none(file: "own") }
        return settings
    }

    func webUI(_ text: String) throws -> ForeignSettings { try foreign("parameters", text) }

    // MARK: stable-diffusion-webui

    @Test func readsTheWebUIsLines() throws {
        let settings = try webUI(Self.infotext)
        #expect(settings.program == ForeignSettings.webUI)
        #expect(settings.prompt == "girl with an artist's beret, determined, (blue) eyes\ndesert scene, 砂漠")
        #expect(settings.negativePrompt == "ugly, deformed\nblurry")
        #expect(settings.steps == 20 && settings.sampler == .dpmPlusPlus2M && settings.scheduler == .karras)
        #expect(settings.guidanceScale == 7 && settings.noise == .webUI)
        #expect(settings.seed == 965_400_086 && settings.size == PictureSize(width: 512, height: 768))
        #expect(settings.variationSeed == 77 && settings.variationStrength == 0.3 && settings.strength == 0.55)
        #expect(
            settings.leftOut == [
                "weights of words", "LoRA add_detail", "Model dreamshaper_8", "Clip skip 2",
                "LoRA other",
            ])
    }

    @Test func readsTheSameFromAJPEG() throws {
        let file = try scratch.write("a.jpg", JPEGComment.jpeg(JPEGComment.unicode(Self.infotext)))
        #expect(try CarriedSettings(contentsOf: file) == read("parameters", Self.infotext))
    }

    @Test(arguments: [
        ("Euler", SamplerKind.euler, SchedulerKind?.none), ("Heun", .heun, nil), ("DDIM", .ddim, nil),
        ("DPM++ 2M Karras", .dpmPlusPlus2M, .karras), ("UniPC", .uniPC, nil), ("Euler a", .eulerAncestral, nil),
        ("DPM++ 2M Exponential", .dpmPlusPlus2M, .exponential), ("DPM++ 2M", .dpmPlusPlus2M, nil),
        ("DPM++ 2M, Schedule type: Automatic", .dpmPlusPlus2M, .karras),
        ("Euler, Schedule type: Automatic", .euler, nil), ("Euler a, Schedule type: Karras", .eulerAncestral, .karras),
        ("LCM, Schedule type: SGM Uniform", .lcm, .trailing), ("euler, Schedule type: Uniform", .euler, .discrete),
    ])
    func samplersAreTakenByTheirNamesThere(name: String, sampler: SamplerKind, scheduler: SchedulerKind?) throws {
        let settings = try webUI("a fox\nSteps: 20, Sampler: \(name), Seed: 1")
        #expect(settings.sampler == sampler && settings.scheduler == scheduler && settings.leftOut.isEmpty)
    }

    @Test(arguments: [
        ("", NoiseKind?.some(.webUI), [String]()), (", RNG: CPU", .diffusers, []), (", RNG: NV", .webUI, []),
        (", RNG: cuda", .webUI, []), (", RNG: std_default", nil, ["RNG std_default"]),
    ]) func theGeneratorSaysWhoseNoiseItIs(words: String, noise: NoiseKind?, leftOut: [String]) throws {
        let settings = try webUI("a fox\nSteps: 20, Sampler: Euler, Seed: 1\(words)")
        #expect(settings.noise == noise && settings.leftOut == leftOut)
    }

    /// What a rectified flow has no use for, or draws badly with, stays out there alone.
    @Test func modelsOfOtherKindsTakeLess() throws {
        let defaults = GenerationSettings(steps: 1, sampler: .heun, guidanceScale: 1)
        let settings = try webUI("a fox\nSteps: 20, Sampler: Euler a, Schedule type: Karras, Seed: 1")
        let diffusion = settings.settings(over: defaults, isDiffusion: true) { _ in true }
        #expect(diffusion.settings.sampler == .eulerAncestral && diffusion.settings.scheduler == .karras)
        #expect(diffusion.settings.noise == .webUI && diffusion.leftOut.isEmpty)
        let flow = settings.settings(over: defaults, isDiffusion: false) { _ in true }
        #expect(flow.settings.sampler == .heun && flow.settings.scheduler == nil && flow.settings.noise == nil)
        #expect(flow.leftOut == ["Sampler Euler a", "Schedule type Karras"])
    }

    @Test func whatHasNoCounterpartOrIsOutOfRangeIsLeftOut() throws {
        let settings = try webUI(
            "Steps: 1001, Sampler: Euler x, CFG scale: 51, Seed: 99999999999999999999, Size: 2048x64, Seed resize from: 1x2"
        )
        #expect(
            settings.leftOut == [
                "Steps 1001", "Sampler Euler x", "CFG scale 51", "Seed 99999999999999999999", "Size 2048x64",
                "Seed resize from 1x2",
            ])
        #expect(settings.isEmpty)
        // The strength of a second, larger pass is not that of a start from a picture.
        let enlarged = try webUI("Steps: 1, Seed: 2, Denoising strength: 0.5, Hires upscale: 2")
        #expect(enlarged.strength == nil && enlarged.leftOut == ["Denoising strength 0.5", "Hires upscale 2"])
    }

    @Test func quotedValuesMayHaveCommas() {
        let pairs = ForeignSettings.pairs(in: #"A b: "x, \"y\": z", C/d: 1 , e: "open, F-1: , Gg:2"#)
        #expect(pairs.map(\.name) == ["A b", "C/d", "F-1", "Gg"])
        #expect(pairs.first?.value == #"x, "y": z"# && pairs.last?.value == "2")
    }

    @Test func aPromptAloneIsNoSettings() throws {
        for text in ["a fox", "", "a: 1, b: 2\nNegative prompt: x", #"{"prompt": "a fox"}"#] {
            #expect(throws: PictureRecordError.none(file: scratch.url("a.png").relativePath)) { try webUI(text) }
        }
    }

    @Test func theFormOfOurOwnPicturesIsReadAsWell() throws {
        let settings = GenerationSettings(
            seed: 7, steps: 3, sampler: .dpmPlusPlus2M, guidanceScale: 2.5, prompt: "a wolf", negativePrompt: "a cat")
        let record = PictureRecord(
            input: nil, picture: try Picture(width: 64, height: 48, pixels: [UInt8](repeating: 0, count: 64 * 48 * 3)),
            model: "default", precision: .float32, settings: settings, heard: [], audioScores: nil)
        let foreign = try webUI(record.parameters)
        let again = foreign.settings(
            over: GenerationSettings(steps: 1, sampler: .heun, guidanceScale: 1), isDiffusion: false
        ) { _ in false }
        #expect(again.settings == settings)
    }

    // MARK: ComfyUI

    static let sampler =
        #""class_type": "KSampler", "inputs": {"seed": 156680208700286, "steps": 20, "cfg": 8.0, "#
        + #""sampler_name": "euler", "scheduler": "normal", "denoise": 1.0, "model": ["4", 0], "positive": ["6", 0], "#
        + #""negative": ["7", 0], "latent_image": ["5", 0]}"#
    static let others = [
        #""4": {"class_type": "CheckpointLoaderSimple", "inputs": {"ckpt_name": "v1-5.safetensors"}}"#,
        #""5": {"class_type": "EmptyLatentImage", "inputs": {"width": 512, "height": 384, "batch_size": 1}}"#,
        #""6": {"class_type": "CLIPTextEncode", "inputs": {"text": "a (fox:1.1), embedding:nice", "clip": ["4", 1]}}"#,
        #""7": {"class_type": "CLIPTextEncode", "inputs": {"text": "text, watermark", "clip": ["4", 1]}}"#,
        #""8": {"class_type": "VAEDecode", "inputs": {"samples": ["3", 0], "vae": ["4", 2]}}"#,
        #""9": {"class_type": "SaveImage", "inputs": {"images": ["8", 0]}, "is_changed": [NaN]}"#,
    ]

    /// A graph of nodes; later ones replace earlier ones with the same id.
    func comfy(_ nodes: String...) throws -> ForeignSettings {
        let all = ["\"3\": {\(Self.sampler)}"] + Self.others
        let kept = all.filter { node in !nodes.contains { $0.prefix(4) == node.prefix(4) } }
        return try foreign("prompt", "{" + (kept + nodes).joined(separator: ", ") + "}")
    }

    @Test func readsAGraphWithOneSampler() throws {
        let settings = try comfy()
        #expect(settings.program == ForeignSettings.comfyUI)
        #expect(settings.prompt == "a fox" && settings.negativePrompt == "text, watermark")
        #expect(settings.seed == 156_680_208_700_286 && settings.steps == 20 && settings.guidanceScale == 8)
        #expect(settings.sampler == .euler && settings.size == PictureSize(width: 512, height: 384))
        #expect(settings.strength == nil)
        #expect(
            settings.leftOut == ["weights of words", "embedding nice", "model v1-5.safetensors"])
        #expect(settings.scheduler == .discrete && settings.noise == .diffusers)
    }

    @Test func followsConditionsThroughNodes() throws {
        let sampler = Self.sampler.replacing(#"["6", 0]"#, with: #"["10", 0]"#).replacing(
            #"["7", 0]"#, with: #"["10", 1]"#)
        let settings = try comfy(
            "\"3\": {\(sampler)}",
            #""10": {"class_type": "ControlNetApplyAdvanced", "inputs": {"positive": ["11", 0], "negative": ["7", 0], "#
                + #""control_net": ["12", 0]}}"#,
            #""11": {"class_type": "ConditioningCombine", "inputs": {"conditioning_1": ["6", 0], "#
                + #""conditioning_2": ["13", 0]}}"#,
            #""12": {"class_type": "ControlNetLoader", "inputs": {"control_net_name": "canny"}}"#,
            #""13": {"class_type": "CLIPTextEncodeSDXL", "inputs": {"text_g": ["14", 0], "text_l": "at night"}}"#,
            #""14": {"class_type": "PrimitiveString", "inputs": {"value": "in snow"}}"#)
        #expect(settings.prompt == "a fox, in snow, at night" && settings.negativePrompt == "text, watermark")
        #expect(settings.leftOut.contains("ControlNet canny") && settings.leftOut.contains("node ConditioningCombine"))
    }

    @Test func readsASamplerMadeOfParts() throws {
        let settings = try comfy(
            #""3": {"class_type": "SamplerCustomAdvanced", "inputs": {"noise": ["20", 0], "guider": ["21", 0], "#
                + #""sampler": ["22", 0], "sigmas": ["23", 0], "latent_image": ["5", 0]}}"#,
            #""20": {"class_type": "RandomNoise", "inputs": {"noise_seed": 18446744073709551615}}"#,
            #""21": {"class_type": "CFGGuider", "inputs": {"cfg": 3.5, "positive": ["24", 0], "negative": ["25", 0]}}"#,
            #""22": {"class_type": "KSamplerSelect", "inputs": {"sampler_name": "dpmpp_2m"}}"#,
            #""23": {"class_type": "BasicScheduler", "inputs": {"scheduler": "simple", "steps": 12, "denoise": 1}}"#,
            #""24": {"class_type": "FluxGuidance", "inputs": {"guidance": 3.5, "conditioning": ["6", 0]}}"#,
            #""25": {"class_type": "ConditioningZeroOut", "inputs": {"conditioning": ["6", 0]}}"#)
        #expect(settings.sampler == .dpmPlusPlus2M && settings.steps == 12 && settings.guidanceScale == 3.5)
        #expect(settings.prompt == "a fox" && settings.negativePrompt == nil)
        #expect(settings.seed == nil && settings.leftOut.contains("seed 18446744073709551615"))
        #expect(settings.scheduler == .trailing && settings.leftOut.contains("node FluxGuidance"))
    }

    @Test func theFirstOfTwoSamplersCounts() throws {
        let second = Self.sampler.replacing(#"["5", 0]"#, with: #"["31", 0]"#).replacing("156680208700286", with: "1")
        let settings = try comfy(
            "\"1\": {\(second)}", #""31": {"class_type": "LatentUpscale", "inputs": {"samples": ["3", 0]}}"#)
        #expect(settings.seed == 156_680_208_700_286)
        #expect(settings.leftOut.contains("node KSampler") && settings.leftOut.contains("node LatentUpscale"))
    }

    /// A sampler of an extension that draws over pixels comes after the one that made them.
    @Test func samplersOfExtensionsAreTakenByTheirInputs() throws {
        let detailer = Self.sampler.replacing("KSampler", with: "FaceDetailer").replacing("156680208700286", with: "1")
            .replacing(#""latent_image": ["5", 0]"#, with: #""image": ["8", 0]"#)
        let settings = try comfy("\"1\": {\(detailer)}")
        #expect(settings.seed == 156_680_208_700_286 && settings.leftOut.contains("node FaceDetailer"))
        let efficient = Self.sampler.replacing("KSampler", with: "KSampler (Efficient)")
            .replacing("\"steps\"", with: "\"start_at_step\": 4, \"steps\"")
        let other = try comfy("\"3\": {\(efficient)}")
        #expect(other.steps == 20 && other.sampler == .euler && other.leftOut.contains("start_at_step 4"))
    }

    @Test func aPictureToStartFromHasAStrength() throws {
        let sampler = Self.sampler.replacing("\"denoise\": 1.0", with: "\"denoise\": 0.6")
        let noise = try comfy("\"3\": {\(sampler)}")
        #expect(noise.strength == nil && noise.leftOut.contains("denoise 0.6"))
        let settings = try comfy(
            "\"3\": {\(sampler)}", #""5": {"class_type": "VAEEncode", "inputs": {"pixels": ["30", 0]}}"#,
            #""30": {"class_type": "LoadImage", "inputs": {"image": "cat.png"}}"#)
        #expect(settings.strength == 0.6 && settings.leftOut.contains("picture cat.png"))
        let defaults = GenerationSettings(steps: 1, sampler: .heun, guidanceScale: 1)
        #expect(
            settings.settings(over: defaults, isDiffusion: true) { _ in true }.leftOut.first
                == "strength 0.6 (without --init-image)")
        var started = defaults
        started.initImage = InitialPicture(path: "dog.png")
        #expect(settings.settings(over: started, isDiffusion: true) { _ in true }.settings.initImage?.strength == 0.6)
    }

    @Test func aSizeThatTheModelCannotDrawIsLeftOut() throws {
        let defaults = GenerationSettings(steps: 1, sampler: .heun, guidanceScale: 1)
        let (settings, leftOut) = try comfy().settings(over: defaults, isDiffusion: true) { _ in false }
        #expect(settings.size == nil && leftOut.first == "size 512x384")
        #expect(try comfy().settings(over: defaults, isDiffusion: true) { _ in true }.settings.size != nil)
        #expect(settings.isInRange)
    }

    @Test func circlesEnd() throws {
        let settings = try comfy(
            #""6": {"class_type": "ConditioningCombine", "inputs": {"conditioning_1": ["6", 0], "conditioning_2": ["3", 0]}}"#,
            #""5": {"class_type": "Latents", "inputs": {"samples": ["5", 0], "latent": ["3", 0]}}"#,
            #""3": {"class_type": "KSampler", "inputs": {"sampler_name": 1, "seed": ["10", 0], "steps": 3, "positive": ["6", 0], "#
                + #""latent_image": ["5", 0]}}"#,
            #""10": {"class_type": "Primitive", "inputs": {"value": ["10", 0]}}"#)
        #expect(settings.steps == 3 && settings.seed == nil && settings.prompt == nil)
        #expect(settings.leftOut.contains("seed") && settings.leftOut.contains("prompt"))
    }

    @Test func hostileGraphsAreRefusedInASentence() throws {
        let many = (0...ComfyGraph.nodeLimit).map { "\"\($0)\": {\"class_type\": \"X\"}" }.joined(separator: ",")
        let notAGraph = "its “prompt” is no object of nodes in JSON"
        let cases = [
            ("a fox", notAGraph), ("[1, 2]", notAGraph), (String(repeating: "[", count: 100_000), notAGraph),
            (String(repeating: "{\"a\":", count: 100_000), notAGraph),
            ("{}", "none of its nodes is a sampler"),
            (#"{"1": 3, "2": {"class_type": 5}}"#, "none of its nodes is a sampler"),
            ("{\(many)}", "it has more than \(ComfyGraph.nodeLimit) nodes"),
            (
                #"{"1": {"class_type": "KSampler", "inputs": {"sampler_name": [], "seed": {}, "steps": [1, 2, 3], "cfg": true, "positive": [3]}}}"#,
                "the settings of its sampler are no plain values"
            ),
        ]
        for (text, problem) in cases {
            let error = PictureRecordError.foreign(
                file: scratch.url("a.png").relativePath, program: "ComfyUI", problem: problem)
            #expect(throws: error) { try foreign("prompt", text) }
        }
    }

    @Test func whatIsLeftOutIsBounded() throws {
        let loras = (0..<100_000).map { "<lora:a\($0):1>" }.joined()
        let settings = try webUI(
            loras + String(repeating: "(x:1)", count: 100_000) + "\nSteps: 1, Seed: 2, Size: 64x64")
        #expect(settings.leftOut.count == ForeignSettings.leftOutLimit)
        #expect(ForeignSettings.summary(settings.leftOut).hasSuffix("LoRA a11 and 88 more"))
    }
}
