import Foundation
import FrozenEncoders
import PictureFiles
import Retrieval
import SoundBridge
import SoundFrontEnd
import Synchronization
import TestSupport
import Testing

@testable import Evaluation

/// A whole zero-shot classification, with encoders that count their calls.
@ComputeActor @Suite struct ZeroShotTaskTests {
    private final class Counts: Sendable {
        private let counts = Mutex<[String: Int]>([:])
        func add(_ name: String) { counts.withLock { $0[name, default: 0] += 1 } }
        subscript(_ name: String) -> Int { counts.withLock { $0[name, default: 0] } }
    }

    private struct CountingEars: AudioEncoder {
        let encoder: any AudioEncoder
        let counts: Counts
        var sampleRate: Int { encoder.sampleRate }
        var embeddingLength: Int { encoder.embeddingLength }
        var labels: [String]? { encoder.labels }

        func listen(to waveform: Waveform, pooling: WindowPooling) throws -> EncodedSound {
            counts.add("listened")
            return try encoder.listen(to: waveform, pooling: pooling)
        }
    }

    private func loader(_ counts: Counts) -> EncoderLoader {
        EncoderLoader { folder, precision, modality in
            counts.add("loaded \(folder.lastPathComponent)")
            let encoder = try FrozenEncoder(contentsOf: folder, precision: precision, modality: modality)
            guard case .audio(let ears) = encoder else { return encoder }
            return .audio(CountingEars(encoder: ears, counts: counts))
        }
    }

    /// The bundled model compared with its class names alone: two methods that share both encoders.
    @Test func eachEncoderIsLoadedOnceAndEachClipEncodedOnce() throws {
        let scratch = try TemporaryFolder()
        for name in ["dog-bark.ogg", "rain.ogg", "rooster.ogg"] {
            try scratch.copy(Checkout.samples.appending(path: name), to: "clips/\(name.prefix { $0 != "." })/\(name)")
        }
        let counts = Counts()
        let search = ModelSearch(environment: ["FUSEMIX_MODELS": Checkout.models.path], executable: nil)
        let components = Components(precision: .float32, search: search, encoders: loader(counts))
        var task = ZeroShotTask(input: scratch.url("clips").path, bootstrap: Bootstrap(replicates: 10))
        task.adapters = "default"
        task.baseline = "class-names"
        var items: [String] = []
        let report = try task.report(components, onItem: { index, count, _ in items.append("\(index) of \(count)") })
        #expect(report.metrics.top1.value == 1 && report.baseline?.metrics.items == 3)
        #expect(counts["listened"] == 3 && items == ["0 of 3", "1 of 3", "2 of 3"])
        #expect(counts["loaded two-ears"] == 1 && counts["loaded all-minilm-l6-v2"] == 1)
    }
}
