import Foundation
import FuseMix
import TensorCore

/// Times steps of the paper's adapters on random latents and prints one JSON object:
/// `training-benchmark THREADS BATCH X-CHANNELS Y-CHANNELS STEPS`. `compare-training` runs it in alternation with
/// PyTorch.
@main
enum TrainingBenchmark {
    static func main() async throws {
        let numbers = CommandLine.arguments.dropFirst().compactMap(Int.init)
        guard numbers.count == 5 else {
            FileHandle.standardError.write(
                Data("usage: training-benchmark THREADS BATCH X-CHANNELS Y-CHANNELS STEPS\n".utf8))
            exit(2)
        }
        ComputeActor.thread.setThreadCount(numbers[0])
        try await run(batch: numbers[1], x: numbers[2], y: numbers[3], steps: numbers[4])
    }

    @ComputeActor
    static func run(batch: Int, x: Int, y: Int, steps: Int) throws {
        let trainer = try trainer(batch: batch, x: x, y: y, steps: steps)
        // Before and after: a shared machine has its moods.
        var peak = gigaflops()
        var last = ContinuousClock.now
        var seconds: [Double] = []
        _ = try trainer.run(report: { event in
            switch event {
            case .started: last = .now
            case .step:
                seconds.append(last.duration(to: .now) / .seconds(1))
                last = .now
            default: break
            }
        })
        peak = max(peak, gigaflops())
        let measured = seconds.dropFirst().sorted()
        let fastest = measured.first ?? seconds[0]
        let median = measured.isEmpty ? fastest : measured[measured.count / 2]
        print(
            #"{"pairs_per_second": \#(Double(batch) / fastest), "median": \#(Double(batch) / median), "#
                + #""peak_gigaflops": \#(peak), "operations": \#(operations(batch: batch, x: x, y: y))}"#)
    }

    /// The paper's adapters, mixing, loss and optimiser; each step an epoch, nothing held out.
    private static func trainer(batch: Int, x: Int, y: Int, steps: Int) throws -> Trainer {
        func tower(_ size: Int) -> TowerConfiguration {
            TowerConfiguration(
                inputSize: size, kind: .fusemix(AdapterForm(width: size, expansion: 4, blocks: 4, dropout: 0.6)))
        }
        var settings = TrainingSettings()
        (settings.batch, settings.epochs) = (batch, steps)
        let rows = Array(0..<2 * batch)
        let pairs = PairList(xRows: rows, yRows: rows, groups: rows.map { "\($0)" })
        return try Trainer(
            x: noise([2 * batch, x]), y: noise([2 * batch, y]), pairs: pairs,
            split: PairSplit(pairs, by: .fraction(0), seed: 0),
            adapters: AdapterConfiguration(xEncoder: "x", yEncoder: "y", outputSize: 512, x: tower(x), y: tower(y)),
            settings: settings)
    }

    private static func noise(_ shape: [Int]) -> Tensor {
        var generator = SystemRandomNumberGenerator()
        return Tensor(shape: shape) { floats in
            for index in floats.indices { floats[index] = Float.random(in: -1...1, using: &generator) }
        }
    }

    /// Operations of a step, nothing computed twice: six for each weight and pair, six for each of the loss's
    /// similarities and channel.
    private static func operations(batch: Int, x: Int, y: Int) -> Double {
        let weights = [x, y].reduce(0) { $0 + 32 * $1 * $1 + 512 * $1 }
        return 6 * Double(batch) * (Double(weights) + 512 * Double(batch))
    }

    /// The fastest of some large products.
    private static func gigaflops() -> Double {
        let (m, n, k) = (4096, 4096, 1024)
        let a = noise([m, k]), b = noise([n, k])
        var fastest = Double.infinity
        _ = Tensor(shape: [m, n]) { c in
            a.withFloats { a in
                b.withFloats { b in
                    for _ in 0..<8 {
                        let start = ContinuousClock.now
                        multiply(
                            false, true, m: m, n: n, k: k, alpha: 1, a: a.baseAddress!, lda: k, b: b.baseAddress!,
                            ldb: k, beta: 0, c: c.baseAddress!, ldc: n)
                        fastest = min(fastest, start.duration(to: .now) / .seconds(1))
                    }
                }
            }
        }
        return 2 * Double(m) * Double(n) * Double(k) / fastest / 1e9
    }
}
