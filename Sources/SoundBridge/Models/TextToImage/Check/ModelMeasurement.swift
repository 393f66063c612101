import Foundation
import FrozenEncoders
import LatentDiffusion
import TensorCore

/// The time and memory of a text-to-image model's picture on this machine, measured in a few seconds.
public struct ModelMeasurement: Sendable, Encodable {
    public let precision: Precision
    /// Seconds that a picture takes with the model's own settings and size, with the processor for itself.
    public let seconds: Double
    /// Seconds that it takes beside the other programs that were running.
    public let secondsNow: Double
    /// Bytes of memory at the most; nil where the system does not tell.
    public let bytes: Int?
    /// The side in pixels that a step was measured at.
    public let side: Int
    /// Whether networks were measured at less than the model's own side, so that seconds are in proportion to the area, and
    /// bytes too few.
    public let isReduced: Bool

    /// Seconds that a measured run may take, by what a smaller one took.
    static let longestRun = 20.0

    /// Reads the model's parts, one after the other as a run does, and times the text encoder, a step, and the decoding of a
    /// picture. Throws what reading a part throws.
    ///
    /// - Parameter threads: Threads that networks compute with.
    @ComputeActor
    init(_ model: any TextToImageModel, _ precision: Precision, threads: Int) throws {
        self.precision = precision
        let canTellMemory = PeakMemory.reset()
        let encoding = try Self.encode(model, precision)
        let denoiser = try model.denoiser(precision), autoencoder = try model.autoencoder(precision)
        let shape = denoiser.latentShape, defaults = model.defaults
        let isGuided = defaults.guidanceScale != 1 && denoiser.guided(by: defaults.guidanceScale) == nil
        let batch = isGuided ? 2 : 1
        let condition = Self.zeros(denoiser.conditionShape)
        let step = try Self.time(native: shape[0]) { side in
            _ = try denoiser(
                Tensor(zeros: [batch, side, side, shape[2]]), timesteps: Array(repeating: 500, count: batch),
                conditions: Array(repeating: condition, count: batch))
        }
        let decoding = try Self.time(native: shape[0]) { side in
            _ = try autoencoder.decode(Tensor(zeros: [1, side, side, autoencoder.latentChannels]))
        }
        let whole = encoding + step.cost * Double(defaults.steps) + decoding.cost
        // Threads of one that has the processor for itself are never without work for long.
        (seconds, secondsNow) = (min(whole.computing / Double(threads), whole.elapsed), whole.elapsed)
        side = step.side * autoencoder.scale
        isReduced = min(step.side, decoding.side) < shape[0]
        bytes = canTellMemory ? PeakMemory.bytes : nil
    }

    @ComputeActor
    private static func encode(_ model: any TextToImageModel, _ precision: Precision) throws -> Cost {
        let encoder = try model.textEncoder(precision)
        _ = encoder.encode("a dog")
        return measure { _ = encoder.encode("a photo of a dog") }
    }

    private static func zeros(_ shape: ConditionShape) -> Condition {
        Condition(
            tokens: Tensor(zeros: [shape.tokens, shape.width]), pooled: shape.pooledWidth.map { Tensor(zeros: [$0]) })
    }

    /// Times a network at its own side, or at the largest at which it does not take too long, in proportion to the area.
    private static func time(native: Int, _ run: (Int) throws -> Void) throws -> (cost: Cost, side: Int) {
        // Layers pack their weights when they first run.
        var side = min(native, 16)
        try run(side)
        var cost = try measure { try run(side) }
        while side < native {
            let next = min(native, side * 2)
            guard cost.elapsed * area(next, side) < longestRun else { return (cost * area(native, side), side) }
            side = next
            cost = try measure { try run(side) }
        }
        return (cost, side)
    }

    private static func area(_ side: Int, _ other: Int) -> Double { Double(side * side) / Double(other * other) }

    private static func measure(_ body: () throws -> Void) rethrows -> Cost {
        let (clock, before) = (ContinuousClock(), processorSeconds)
        let elapsed = try clock.measure(body) / .seconds(1)
        return Cost(computing: processorSeconds - before, elapsed: elapsed)
    }

    /// Processor time of all threads of this process.
    private static var processorSeconds: Double {
        var time = timespec()
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
    }

    /// Seconds that all threads compute, and that pass meanwhile.
    private struct Cost {
        var computing: Double
        var elapsed: Double

        static func + (a: Cost, b: Cost) -> Cost {
            Cost(computing: a.computing + b.computing, elapsed: a.elapsed + b.elapsed)
        }

        static func * (cost: Cost, factor: Double) -> Cost {
            Cost(computing: cost.computing * factor, elapsed: cost.elapsed * factor)
        }
    }
}
