import Foundation
import PictureFiles
import TensorCore
import TestSupport
import Testing

@testable import FrozenEncoders

/// Comparisons with timm on the published networks with weights that both sides make; see
/// Training/fixtures/efficientnet_lite_fixtures.py.
@Suite struct TIMMEfficientNetLiteTests {
    static let numbers = [1, 2, 3, 4]
    private let scratch: TemporaryFolder

    init() throws { scratch = try TemporaryFolder() }

    private func fixture(_ number: Int, _ file: String) -> URL {
        Fixture.url("efficientnet-lite/lite\(number)/\(file)")
    }

    /// A folder as timm writes it.
    private func published(_ number: Int) throws -> URL {
        try scratch.copy(fixture(number, "config.json"), to: "lite/config.json")
        let shapes = try JSONDecoder().decode(
            [String: [Int]].self, from: Data(contentsOf: fixture(number, "shapes.json")))
        let tensors = shapes.map { name, shape in
            let tensor = SyntheticTensors.weight(name, shape)
            guard name.hasSuffix("running_var") else { return (name, tensor) }
            return (name, Tensor(tensor.floats.map { $0 + 1 }, shape: shape))
        }
        try SafetensorsFile.write(tensors, to: scratch.url("lite/model.safetensors"))
        return scratch.url("lite")
    }

    private func encoder(_ folder: URL, _ precision: Precision = .float32) throws -> TIMMEfficientNetLite {
        guard
            case .image(let encoder as TIMMEfficientNetLite) = try FrozenEncoder(
                contentsOf: folder, precision: precision)
        else { throw CocoaError(.featureUnsupported) }
        return encoder
    }

    private func inputs(_ number: Int, _ preparation: PicturePreparation) throws -> [Tensor] {
        let levels = try SafetensorsFile(contentsOf: fixture(number, "expected.safetensors")).tensor("levels")
        return try TowerTests.pictures.indices.map { index in
            let seen = levels.item(index)
            return preparation.input(
                seen: try Picture(width: seen.shape[1], height: seen.shape[0], pixels: seen.floats.map { UInt8($0) }))
        }
    }

    private func expectVectors(_ found: [Tensor], _ number: Int, within bound: Float) throws {
        let vectors = try SafetensorsFile(contentsOf: fixture(number, "expected.safetensors")).tensor("vectors")
        #expect(vectors.shape == [found.count, 1280])
        for (index, vector) in found.enumerated() {
            let difference = relativeDistance(vector.item(0), vectors.item(index))
            #expect(difference <= bound, "lite\(number) \(index): \(difference)")
        }
    }

    /// 1e-4 in f32, 2e-2 in bf16.
    @Test(arguments: numbers, CLIPTextModelTests.precisions)
    func vectorsEqualTheReference(number: Int, precision: Precision) throws {
        let encoder = try encoder(published(number), precision)
        #expect(encoder.embeddingLength == 1280)
        let found = try inputs(number, encoder.preparation).map(encoder.embed)
        try expectVectors(found, number, within: precision == .float32 ? 1e-4 : 2e-2)
    }

    /// The normalisations folded in, as in a component.
    @Test(arguments: numbers) func aComponentsConfigMakesThemToo(number: Int) throws {
        let source = try published(number)
        let config = try TIMMEfficientNetLiteConfig(contentsOf: source.appending(path: "config.json"))
        let folded = FoldedTensors(
            try TensorFile.open(source.appending(path: "model.safetensors")), origins: config.origins, epsilon: 1e-3)
        let tensors = try folded.names.filter { !$0.hasPrefix("classifier.") }.map { ($0, try folded.tensor($0)) }
        try scratch.copy(fixture(number, "component.json"), to: "component/config.json")
        try SafetensorsFile.write(tensors, to: scratch.url("component/model.safetensors"))
        let component = try EfficientNetLite(contentsOf: scratch.url("component"))
        try expectVectors(inputs(number, config.preparation).map(component.embed), number, within: 1e-4)
    }

    /// As Pillow by torchvision prepares them: one level at most.
    @Test(arguments: numbers) func picturesAreSeenAsByTheReference(number: Int) throws {
        let config = try TIMMEfficientNetLiteConfig(contentsOf: fixture(number, "config.json"))
        let levels = try SafetensorsFile(contentsOf: fixture(number, "expected.safetensors")).tensor("levels")
        for (index, (file, width, height)) in TowerTests.pictures.enumerated() {
            let whole = try PictureFile(contentsOf: Fixture.url("pictures/\(file).png")).picture
            let seen = config.preparation.seen(of: try whole.centre(width: width, height: height))
            let differences = zip(seen.pixels, levels.item(index).floats).map { abs(Float($0) - $1) }
            #expect(seen.pixels.count == levels.item(index).count && differences.max()! <= 1, "\(number) \(file)")
            #expect(differences.count { $0 > 0 } < differences.count / 8, "\(number) \(file)")
        }
    }

    @Test(arguments: [
        ("config.json", #""tf_efficientnet_lite1""#, #""efficientnet_lite1""#, "config.json", "tf_efficientnet_lite4"),
        (
            "config.json", #""tf_efficientnet_lite1""#, #""tf_efficientnet_lite2""#, "model.safetensors",
            "project.weight"
        ),
        ("config.json", #""crop_pct": 0.882"#, #""crop_pct": 0"#, "config.json", "pretrained_cfg.crop_pct"),
        ("config.json", #""bicubic""#, #""nearest""#, "config.json", "resample"),
        ("config.json", #""pretrained_cfg""#, #""cfg""#, "config.json", "model_type"),
        ("config.json", #""mean""#, #""middle""#, "config.json", "mean"),
    ])
    func refuses(file: String, entry: String, replacement: String, told: String, words: String) throws {
        let folder = try published(1)
        let text = String(decoding: try scratch.data("lite/\(file)"), as: UTF8.self)
        #expect(text.contains(entry), "\(file) has no \(entry)")
        try scratch.write("lite/\(file)", text.replacingOccurrences(of: entry, with: replacement))
        expectSentence(naming: folder.appending(path: told), words) { _ = try FrozenEncoder(contentsOf: folder) }
    }
}
