import Foundation
import PictureFiles
import TensorCore
import TestSupport
import Testing

@testable import FrozenEncoders

/// Comparisons with the reference implementation in PyTorch; see Training/fixtures/picture_encoder_fixtures.py.
@Suite struct EfficientNetLiteTests {
    let encoder: EfficientNetLite
    let fixture: SafetensorsFile
    let pictures: [Picture]

    init() throws {
        encoder = try EfficientNetLite(contentsOf: Checkout.component("efficientnet-lite0"))
        fixture = try SafetensorsFile(contentsOf: Fixture.url("efficientnet-lite0.safetensors"))
        pictures = try Self.names.map { try Picture(contentsOf: Fixture.url("pictures/\($0).png")) }
    }

    /// Names in the order of the fixture's rows.
    static let names = [
        "ambulance", "banana", "cat", "dog", "drum", "frog", "guitar", "helicopter", "locomotive", "penguin", "rainbow",
        "rooster", "soccer-ball", "tiger", "umbrella", "violin",
    ]

    @Test func seesWhatTheReferenceSees() throws {
        let levels = try fixture.tensor("input").floats
        let input = encoder.input(of: pictures[0])
        #expect(pictures[0].width != pictures[0].height && input.shape == [1, 224, 224, 3])
        #expect(input.floats == levels.map { ($0 - 127) / 128 })
    }

    @Test func equalsTheReference() throws {
        let vectors = Tensor.stacked(pictures.map(encoder.encode))
        let expected = try fixture.tensor("vectors")
        #expect(encoder.embeddingLength == 1280 && vectors.shape == expected.shape)
        // There are 49 layers of f32 sums of up to 1,152 products, in another order; each output is the mean of 49
        // values up to 6, so the tolerance is small compared with 6.
        let largest = zip(vectors.floats, expected.floats).reduce(0) { max($0, abs($1.0 - $1.1)) }
        #expect(largest <= 1e-4, "off by \(largest)")
    }

    @Test func roundingTheWeightsChangesNoDirection() throws {
        let vectors = Tensor.stacked(pictures.map(encoder.encode))
        let original = try fixture.tensor("original")
        for index in pictures.indices {
            #expect(cosine(vectors.item(index).floats, original.item(index).floats) >= 0.9999, "\(Self.names[index])")
        }
    }

    @Test(.enabled(if: Precision.hasBFloat16)) func bfloat16StaysClose() throws {
        let rounded = try EfficientNetLite(contentsOf: Checkout.component("efficientnet-lite0"), precision: .bfloat16)
        for (name, picture) in zip(Self.names, pictures) {
            #expect(cosine(rounded.encode(picture).floats, encoder.encode(picture).floats) >= 0.995, "\(name)")
        }
    }

    /// Tries a single pixel, and a strip one pixel high.
    @Test func takesPicturesOfAnySize() throws {
        for (width, height) in [(1, 1), (500, 1), (1, 3)] {
            let plain = try Picture(
                width: width, height: height, pixels: Array(repeating: 200, count: width * height * 3))
            #expect(encoder.input(of: plain).floats.allSatisfy { $0 == Float(200 - 127) / 128 })
            #expect(encoder.encode(plain).floats.allSatisfy { $0.isFinite })
        }
    }
}
