import Foundation
import PictureFiles
import SoundBridge
import SoundFrontEnd
import TensorCore

/// Times each stage of a batch alone, in one process that has loaded its model, and prints a JSON object of seconds:
/// `batch-benchmark MODEL THREADS BATCH CLIPS PICTURES`. `batch` holds the command against their sum.
@main
enum BatchBenchmark {
    static func main() async throws {
        let arguments = CommandLine.arguments
        guard arguments.count == 6, let threads = Int(arguments[2]), let batch = Int(arguments[3]) else {
            FileHandle.standardError.write(Data("usage: batch-benchmark MODEL THREADS BATCH CLIPS PICTURES\n".utf8))
            exit(2)
        }
        ComputeActor.thread.setThreadCount(threads)
        let bridge = try await Bridge(ModelBundle(contentsOf: URL(filePath: arguments[1])))
        let clips = try FileManager.default.contentsOfDirectory(atPath: arguments[4]).sorted()
        let seconds = try await stages(
            bridge, clips: clips.map { "\(arguments[4])/\($0)" }, batch: batch, pictures: URL(filePath: arguments[5]))
        print(String(decoding: try JSONEncoder().encode(seconds), as: UTF8.self))
    }

    @ComputeActor
    static func stages(_ bridge: Bridge, clips: [String], batch: Int, pictures: URL) throws -> [String: Double] {
        try bridge.load([.sounds, .pictures])
        let settings = bridge.settings(), rate = try bridge.sampleRate()
        var seconds: [String: Double] = [:]
        func time<Result>(_ stage: String, _ body: () throws -> Result) rethrows -> Result {
            let start = ContinuousClock.now
            defer { seconds[stage] = start.duration(to: .now) / .seconds(1) }
            return try body()
        }
        _ = try bridge.picture(
            of: bridge.latents(bridge.condition(on: bridge.listen(to: URL(filePath: clips[0]))), settings))

        let sounds = try time("read") {
            try clips.map { try Waveform(AudioFile(path: $0), sampleRate: rate).allSamples() }
        }
        let heard = try time("listen") {
            try sounds.map { try bridge.listen(to: Waveform(samples: $0, sampleRate: rate)) }
        }
        let conditions = try time("condition") { try heard.map { try bridge.condition(on: $0) } }
        let latents = try time("denoise") {
            try stride(from: 0, to: clips.count, by: batch).map { start in
                let range = start..<min(start + batch, clips.count)
                return try bridge.latents(Array(conditions[range]), seeds: range.map(UInt64.init), settings)
            }
        }
        let made = try time("decode") {
            try latents.flatMap { batch in
                try (0..<batch.shape[0]).map { try bridge.picture(of: batch.items($0..<$0 + 1)) }
            }
        }
        try time("write") {
            for (index, picture) in made.enumerated() {
                try picture.write(to: pictures.appending(path: "\(index).png"))
            }
        }
        return seconds
    }
}
