import Foundation
import FrozenEncoders
import SoundFrontEnd
import TensorCore

/// Listens to seconds of noise with the encoder in a folder and prints the processor seconds of the fastest of some runs:
/// `audio-benchmark FOLDER f32|bf16 SECONDS RUNS`. `audio-encoders` sets it beside the references.
@main
enum AudioBenchmark {
    static func main() async throws {
        let arguments = CommandLine.arguments
        guard arguments.count == 5, let seconds = Int(arguments[3]), let runs = Int(arguments[4]) else {
            FileHandle.standardError.write(Data("usage: audio-benchmark FOLDER f32|bf16 SECONDS RUNS\n".utf8))
            exit(2)
        }
        let precision = arguments[2] == "bf16" ? Precision.bfloat16 : .float32
        let best = try await fastest(URL(filePath: arguments[1]), precision, seconds: seconds, runs: runs)
        print(best)
    }

    /// After a minute at most to warm up.
    @ComputeActor
    static func fastest(_ folder: URL, _ precision: Precision, seconds: Int, runs: Int) throws -> Double {
        let encoder = try EncoderLoader().audioEncoder(at: folder, precision: precision)
        var state: UInt64 = 1
        let noise = (0..<seconds * encoder.sampleRate).map { _ in
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Float(Int32(truncatingIfNeeded: state >> 32)) / Float(1 << 33)
        }
        func listen(to noise: [Float]) throws -> Double {
            let start = clock()
            let waveform = try Waveform(samples: noise, sampleRate: encoder.sampleRate)
            _ = try encoder.listen(to: waveform, pooling: .mean)
            return Double(clock() - start) / Double(CLOCKS_PER_SEC)
        }
        _ = try listen(to: Array(noise.prefix(60 * encoder.sampleRate)))
        return try (0..<runs).map { _ in try listen(to: noise) }.min() ?? 0
    }
}
