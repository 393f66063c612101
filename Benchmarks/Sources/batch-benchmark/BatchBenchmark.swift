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
        let pipeline = try Pipeline(ModelBundle(contentsOf: URL(filePath: arguments[1])))
        let clips = try FileManager.default.contentsOfDirectory(atPath: arguments[4]).sorted()
        let seconds = try await stages(
            pipeline, clips: clips.map { "\(arguments[4])/\($0)" }, batch: batch, pictures: URL(filePath: arguments[5]))
        print(String(decoding: try JSONEncoder().encode(seconds), as: UTF8.self))
    }

    @ComputeActor
    static func stages(_ pipeline: Pipeline, clips: [String], batch: Int, pictures: URL) throws -> [String: Double] {
        try pipeline.load([.sounds, .pictures])
        let rate = try pipeline.sampleRate()
        var seconds: [String: Double] = [:]
        func time<Result>(_ stage: String, _ body: () throws -> Result) rethrows -> Result {
            let start = ContinuousClock.now
            defer { seconds[stage] = start.duration(to: .now) / .seconds(1) }
            return try body()
        }
        _ = try pipeline.draw([
            PictureRequest(pipeline.subject(of: pipeline.listen(to: URL(filePath: clips[0]))), pipeline.settings())
        ])

        let sounds = try time("read") { try clips.map { try samples(of: $0, sampleRate: rate) } }
        let heard = try time("listen") {
            try sounds.map { try pipeline.listen(to: Waveform(samples: $0, sampleRate: rate)) }
        }
        let requests = try time("condition") {
            try heard.enumerated().map { index, sound in
                PictureRequest(try pipeline.subject(of: sound), pipeline.settings(seed: UInt64(index)))
            }
        }
        let drawn = try time("draw") {
            try stride(from: 0, to: clips.count, by: batch).flatMap { start in
                try pipeline.draw(Array(requests[start..<min(start + batch, clips.count)]), batchSize: batch)
            }
        }
        try time("write") {
            for (index, picture) in drawn.map(\.picture).enumerated() {
                try picture.write(to: pictures.appending(path: "\(index).png"))
            }
        }
        return seconds
    }

    private static func samples(of path: String, sampleRate: Int) throws -> [Float] {
        let waveform = try Waveform(AudioFile(path: path), sampleRate: sampleRate)
        var samples: [Float] = []
        while let block = try waveform.nextBlock() { samples += block }
        return samples
    }
}
