import Foundation
import FrozenEncoders
import LatentDiffusion
import TensorCore

/// Times each network on the bundled weights and prints one JSON object a network and precision:
/// `benchmarks MODELS THREADS STEPS SECONDS`. `compare` runs it in alternation with PyTorch.
@main
enum Benchmarks {
    static func main() async throws {
        let arguments = CommandLine.arguments
        guard arguments.count == 5, let threads = Int(arguments[2]), let steps = Int(arguments[3]),
            let seconds = Double(arguments[4])
        else {
            FileHandle.standardError.write(Data("usage: benchmarks MODELS THREADS STEPS SECONDS\n".utf8))
            exit(2)
        }
        ComputeActor.thread.setThreadCount(threads)
        try await run(
            components: URL(filePath: arguments[1]).appending(path: "components"), steps: steps, seconds: seconds)
    }

    @ComputeActor
    static func run(components: URL, steps: Int, seconds: Double) throws {
        for precision in Precision.hasBFloat16 ? [Precision.float32, .bfloat16] : [.float32] {
            let transformer = try DiffusionTransformer(
                contentsOf: components.appending(path: "decoder"), precision: precision)
            let latents = NoiseGenerator(seed: 0).noise(shape: [2] + transformer.latentShape)
            let vectors = NoiseGenerator(seed: 1).noise(shape: [2, transformer.conditionShape.width]).normalized()
            let conditions = (0..<2).map { Condition(vector: vectors.item($0)) }
            try time("guided step", precision, seconds) {
                _ = try transformer(latents, timesteps: [0.5, 0.5], conditions: conditions)
            }
            let autoencoder = try ConvolutionalAutoencoder(
                contentsOf: components.appending(path: "autoencoder"), precision: precision)
            try time("decode", precision, seconds) { _ = try autoencoder.decode(latents.items(0..<1)) }
            let sampler = LatentSampler(transformer)
            try time("picture", precision, seconds) {
                _ = try autoencoder.decode(
                    sampler.latents(
                        conditions: [conditions[0]], seeds: [0],
                        settings: .init(sampler: .euler, steps: steps, guidance: Guidance(scale: 3))))
            }
            let texts = try SentenceEncoder(
                contentsOf: components.appending(path: "all-minilm-l6-v2"), precision: precision)
            time("sentence", precision, seconds) { _ = texts.encode("the sound of a dog barking in the distance") }
            let sounds = try YAMNet(contentsOf: components.appending(path: "yamnet"), precision: precision)
            let window = NoiseGenerator(seed: 2).noise(shape: [sounds.windowLength]).floats
            time("sound window", precision, seconds) { _ = sounds([window]) }
        }
    }

    /// The fastest of as many runs as fit into `seconds`, after three to warm up.
    static func time(_ name: String, _ precision: Precision, _ seconds: Double, _ body: () throws -> Void) rethrows {
        for _ in 0..<3 { try body() }
        var best = Double.infinity
        let start = ContinuousClock.now
        while start.duration(to: .now) < .seconds(seconds) {
            let begin = ContinuousClock.now
            try body()
            best = min(best, begin.duration(to: .now) / .milliseconds(1))
        }
        print(#"{"network": "\#(name)", "precision": "\#(precision.rawValue)", "milliseconds": \#(best)}"#)
    }
}
