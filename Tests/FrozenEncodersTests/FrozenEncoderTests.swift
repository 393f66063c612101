import FilesOnDisk
import Foundation
import Synchronization
import TensorCore
import TestSupport
import Testing

@testable import FrozenEncoders

@Suite struct FrozenEncoderTests {
    @Test(arguments: [
        ("yamnet", Modality.audio, 1024), ("all-minilm-l6-v2", .text, 384), ("efficientnet-lite0", .image, 1280),
    ])
    func theFolderSaysWhichItIs(name: String, modality: Modality, length: Int) throws {
        let encoder = try FrozenEncoder(contentsOf: Checkout.component(name))
        #expect(encoder.modality == modality)
        #expect(encoder.embeddingLength == length)
    }

    /// Every command asks the loader, which makes an encoder once.
    @Test @ComputeActor func anEncoderIsMadeOncePerFolderAndPrecision() throws {
        let made = Mutex<[String]>([])
        let loader = EncoderLoader { folder, precision, modality in
            made.withLock { $0.append("\(folder.lastPathComponent) \(precision.rawValue)") }
            return try FrozenEncoder(contentsOf: folder, precision: precision, modality: modality)
        }
        let folder = Checkout.component("efficientnet-lite0")
        let roundabout = Checkout.component("yamnet/../efficientnet-lite0/")
        _ = try loader.encoder(at: folder, precision: .float32)
        _ = try loader.encoder(at: roundabout, precision: .float32)
        #expect(made.withLock { $0 } == ["efficientnet-lite0 f32"])
        loader.release(folder, precision: .float32)
        _ = try loader.encoder(at: roundabout, precision: .float32)
        #expect(made.withLock { $0.count } == 2)
        let error = #expect(throws: FileContentError.self) { try loader.audioEncoder(at: folder, precision: .float32) }
        #expect("\(error.map { "\($0)" } ?? "")".contains("an encoder of sounds"))
    }

    @Test func whatIsNoEncoderIsRefused() throws {
        let error = #expect(throws: FileContentError.self) {
            try FrozenEncoder(contentsOf: Checkout.component("decoder"))
        }
        #expect("\(error.map { "\($0)" } ?? "")".contains("model_type"))
    }
}
