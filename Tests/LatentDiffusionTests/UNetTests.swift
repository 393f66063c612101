import FilesOnDisk
import Foundation
import TensorCore
import TestSupport
import Testing

@testable import LatentDiffusion

/// The U-Net against diffusers' `UNet2DConditionModel`, both with synthetic weights.
struct UNetTests {
    private static let models = [
        ("sd1", 8, 8), ("sd1", 7, 10), ("sd1", 5, 3), ("sd2", 8, 8), ("lcm", 8, 8), ("tiny", 8, 8), ("sdxl", 8, 8),
        ("ssd", 8, 8),
    ]

    private func configuration(_ name: String) throws -> UNetConfiguration {
        try UNetConfiguration(contentsOf: Fixture.url("unet/\(name).json"))
    }

    private func prediction(
        _ name: String, _ height: Int, _ width: Int, batch: Range<Int> = 0..<2, precision: Precision = .float32
    ) throws -> Tensor {
        let configuration = try configuration(name)
        let unet = try UNet(configuration, WeightReader(lookup: SyntheticTensors.weight), precision)
        return try unet(
            SyntheticTensors.picture("latents", 2, 4, height: height, width: width).items(batch),
            timesteps: Array([981, 20.5][batch]),
            tokens: Tensor(SyntheticTensors.uniform("tokens", count: 120), shape: [2, 5, 12]).items(batch),
            pooled: configuration.addition.map { _ in
                Tensor(SyntheticTensors.uniform("pooled", count: 20), shape: [2, 10]).items(batch)
            },
            extras: .init(guidanceScale: 7.5, pictureSize: (512, 768)))
    }

    @Test(arguments: models) func predictsAsDiffusers(name: String, height: Int, width: Int) throws {
        let expected = try Fixture.tensors("unet/outputs.safetensors").tensor("\(name).\(height)x\(width)")
        let found = try prediction(name, height, width)
        #expect(found.shape == expected.shape)
        let worst = zip(found.floats, expected.floats).map { abs($0 - $1) }.max() ?? .infinity
        #expect(worst < 2e-5, "\(name): \(worst)")
        guard Precision.hasBFloat16 else { return }
        let rounded = try prediction(name, height, width, precision: .bfloat16)
        let mean = zip(rounded.floats, expected.floats).reduce(0) { $0 + abs($1.0 - $1.1) } / Float(expected.count)
        #expect(mean < 0.02, "\(name): \(mean)")
    }

    @Test func anItemDoesNotDependOnTheOthers() throws {
        let both = try prediction("sdxl", 8, 8)
        let alone = try prediction("sdxl", 8, 8, batch: 1..<2)
        #expect(both.item(1).floats == alone.item(0).floats)
    }

    @Test func aCancelledTaskEndsIt() async {
        let work = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            _ = try prediction("sd1", 8, 8)
        }
        await #expect(throws: CancellationError.self) { try await work.value }
    }

    @Test func theConditionCounts() throws {
        let unet = try UNet(configuration("sd1"), WeightReader(lookup: SyntheticTensors.weight), .float32)
        let latents = SyntheticTensors.picture("latents", 1, 4, height: 8, width: 8)
        func predict(_ tokens: String) throws -> [Float] {
            try unet(
                latents, timesteps: [500],
                tokens: Tensor(SyntheticTensors.uniform(tokens, count: 60), shape: [1, 5, 12]), pooled: nil,
                extras: .init(guidanceScale: 1, pictureSize: (64, 64))
            ).floats
        }
        #expect(try predict("a") != predict("b"))
    }

    @Test(arguments: [
        ("in_channels", "9"), ("block_out_channels", "[16, 33]"), ("block_out_channels", "[]"),
        ("down_block_types", #"["CrossAttnDownBlock2D", "AttnDownBlock2D"]"#), ("act_fn", #""mish""#),
        ("mid_block_type", #""UNetMidBlock2DSimpleCrossAttn""#), ("class_embed_type", #""timestep""#),
        ("attention_head_dim", "[4, 0]"), ("attention_head_dim", "5"), ("layers_per_block", "[2]"),
        ("transformer_layers_per_block", "[[1], 1]"), ("encoder_hid_dim_type", #""text_proj""#),
        ("only_cross_attention", "[true, false]"), ("addition_embed_type", #""text_image""#),
        ("time_cond_proj_dim", "3"), ("norm_num_groups", "0"), ("cross_attention_dim", #""wide""#),
        ("_class_name", #""FluxTransformer2DModel""#), ("conv_in_kernel", "1"),
    ]) func otherNetworksAreRefused(field: String, value: String) throws {
        let scratch = try TemporaryFolder()
        var fields = try #require(
            JSONSerialization.jsonObject(with: Data(contentsOf: Fixture.url("unet/sd1.json"))) as? [String: Any])
        fields[field] = try JSONSerialization.jsonObject(with: Data(value.utf8), options: .fragmentsAllowed)
        let file = try scratch.write("config.json", JSONSerialization.data(withJSONObject: fields))
        let error = #expect(throws: FileContentError.self) { try UNetConfiguration(contentsOf: file) }
        #expect(error?.description.contains(field) == true, "\(String(describing: error))")
    }
}
