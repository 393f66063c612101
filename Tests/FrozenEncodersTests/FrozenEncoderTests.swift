import Foundation
import TensorCore
import Testing

@testable import FrozenEncoders

@Suite struct FrozenEncoderTests {
    private let components = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "Models/components")

    @Test(arguments: [
        ("yamnet", Modality.audio, 1024), ("all-minilm-l6-v2", .text, 384), ("efficientnet-lite0", .image, 1280),
    ])
    func theFolderSaysWhichItIs(name: String, modality: Modality, length: Int) throws {
        let encoder = try FrozenEncoder(contentsOf: components.appending(path: name))
        #expect(encoder.modality == modality)
        #expect(encoder.embeddingLength == length)
    }

    @Test func whatIsNoEncoderIsRefused() throws {
        let error = #expect(throws: ComponentError.self) {
            try FrozenEncoder(contentsOf: components.appending(path: "decoder"))
        }
        #expect("\(error.map { "\($0)" } ?? "")".contains("model_type"))
    }
}
