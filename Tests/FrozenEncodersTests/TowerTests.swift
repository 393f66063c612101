import Foundation
import PictureFiles
import TensorCore
import TestSupport
import Testing

@testable import FrozenEncoders

/// Comparisons with transformers on tiny random weights in their published layouts; see
/// Training/fixtures/tower_fixtures.py.
@Suite struct TowerTests {
    static let folders = ["clip", "clip-vision", "dinov2", "dinov2-gated", "dinov2-registers", "siglip"]
    static let pictures = [("dog", 72, 72), ("tiger", 72, 51), ("violin", 40, 69), ("rainbow", 33, 64)]
    static let texts = ["a photo of a dog", "Rain, and wind!", "", "naïve 犬"]

    static func folder(_ name: String) -> URL { Fixture.url("towers/\(name)") }

    private func expected(_ name: String) throws -> SafetensorsFile {
        try SafetensorsFile(contentsOf: Self.folder(name).appending(path: "expected.safetensors"))
    }

    private func visionEncoder(_ name: String, _ precision: Precision = .float32) throws -> VisionEncoder {
        guard case .image(let encoder) = try FrozenEncoder(contentsOf: Self.folder(name), precision: precision) else {
            throw CocoaError(.featureUnsupported)
        }
        return try #require(encoder as? VisionEncoder)
    }

    /// 1e-4 in f32, 2e-2 in bf16.
    @Test(arguments: folders, CLIPTextModelTests.precisions)
    func vectorsOfPicturesEqualTheReference(name: String, precision: Precision) throws {
        let (encoder, expected) = (try visionEncoder(name, precision), try expected(name))
        let (levels, vectors) = (try expected.tensor("levels"), try expected.tensor("vectors"))
        #expect(vectors.shape == [4, encoder.embeddingLength])
        for index in Self.pictures.indices {
            let seen = levels.item(index)
            let picture = try Picture(
                width: seen.shape[1], height: seen.shape[0], pixels: seen.floats.map { UInt8($0) })
            let vector = encoder.embed(encoder.preparation.input(seen: picture)).item(0)
            let difference = relativeDistance(vector, vectors.item(index))
            #expect(difference <= (precision == .float32 ? 1e-4 : 2e-2), "\(name) \(index): \(difference)")
        }
    }

    @Test(arguments: CLIPTextModelTests.precisions)
    func mobileNetEqualsTheReference(precision: Precision) throws {
        guard
            case .image(let encoder as MobileNetV2) = try FrozenEncoder(
                contentsOf: Self.folder("mobilenet-v2"), precision: precision)
        else { throw CocoaError(.featureUnsupported) }
        let expected = try expected("mobilenet-v2")
        let (levels, vectors) = (try expected.tensor("levels"), try expected.tensor("vectors"))
        #expect(vectors.shape == [4, encoder.embeddingLength])
        for index in Self.pictures.indices {
            let seen = levels.item(index)
            let picture = try Picture(
                width: seen.shape[1], height: seen.shape[0], pixels: seen.floats.map { UInt8($0) })
            let vector = encoder.embed(encoder.preparation.input(seen: picture)).item(0)
            let difference = relativeDistance(vector, vectors.item(index))
            #expect(difference <= (precision == .float32 ? 1e-4 : 2e-2), "\(index): \(difference)")
        }
    }

    /// Pillow 13, whose order of the passes is another: one level at most.
    @Test(arguments: folders) func picturesAreSeenAsByPillow(name: String) throws {
        let (encoder, levels) = (try visionEncoder(name), try expected(name).tensor("levels"))
        for (index, (file, width, height)) in Self.pictures.enumerated() {
            let whole = try PictureFile(contentsOf: Fixture.url("pictures/\(file).png")).picture
            let seen = encoder.preparation.seen(of: try whole.centre(width: width, height: height))
            let differences = zip(seen.pixels, levels.item(index).floats).map { abs(Float($0) - $1) }
            #expect(seen.pixels.count == levels.item(index).count && differences.max()! <= 1, "\(name) \(file)")
            #expect(differences.count { $0 > 0 } < differences.count / 8)
        }
    }

    @Test(arguments: ["clip", "siglip"], CLIPTextModelTests.precisions)
    func vectorsOfTextsEqualTheReference(name: String, precision: Precision) throws {
        let folder = Self.folder(name)
        guard case .text(let encoder) = try FrozenEncoder(contentsOf: folder, precision: precision, modality: .text)
        else { throw CocoaError(.featureUnsupported) }
        let vectors = try expected(name).tensor("texts")
        for (index, text) in Self.texts.enumerated() {
            let difference = relativeDistance(encoder.encode(text).pooled, vectors.item(index))
            #expect(difference <= (precision == .float32 ? 1e-4 : 2e-2), "\(name) \(text): \(difference)")
        }
    }

    @Test @ComputeActor func aModelOfTwoTowersIsReadForEither() throws {
        let loader = EncoderLoader()
        #expect(try loader.encoder(at: Self.folder("clip"), precision: .float32).modality == .image)
        #expect(try loader.encoder(at: Self.folder("clip"), precision: .float32, modality: .text).modality == .text)
        #expect(try loader.textEncoder(at: Self.folder("clip"), precision: .float32).embeddingLength == 20)
    }
}

/// The Euclidean distance as a share of the expected vector's length; infinite for other shapes.
func relativeDistance(_ found: Tensor, _ expected: Tensor) -> Float {
    guard found.shape == expected.shape else { return .infinity }
    let length = { (vector: [Float]) in vector.reduce(0) { $0 + $1 * $1 }.squareRoot() }
    return length(zip(found.floats, expected.floats).map { $0 - $1 }) / length(expected.floats)
}
