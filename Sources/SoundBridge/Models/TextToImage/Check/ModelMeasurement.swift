import FrozenEncoders
import LatentDiffusion
import TensorCore

/// What a picture of a text-to-image model takes on this machine, measured in a few seconds.
public struct ModelMeasurement: Sendable, Encodable {
    public let precision: Precision
    /// Seconds that a picture takes with the model's own settings and size.
    public let seconds: Double
    /// Bytes of memory at the most; nil where the system does not tell.
    public let bytes: Int?
    /// The side in pixels that a step was measured at; seconds are in proportion to the area where it is not the model's.
    public let side: Int

    /// Seconds that a measured run may take, by what a smaller one took.
    static let longestRun = 10.0

    /// Reads the model's parts, one after the other as a run does, and times the text encoder, a step, and the decoding of a
    /// picture. Throws what reading a part throws.
    @ComputeActor
    init(_ model: any TextToImageModel, _ precision: Precision) throws {
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
        seconds = encoding + step.seconds * Double(defaults.steps) + decoding.seconds
        side = step.side * autoencoder.scale
        bytes = canTellMemory ? PeakMemory.bytes : nil
    }

    @ComputeActor
    private static func encode(_ model: any TextToImageModel, _ precision: Precision) throws -> Double {
        let encoder = try model.textEncoder(precision)
        _ = try encoder.encode("a dog")
        return try measure { _ = try encoder.encode("a photo of a dog") }
    }

    private static func zeros(_ shape: ConditionShape) -> Condition {
        Condition(
            tokens: Tensor(zeros: [shape.tokens, shape.width]), pooled: shape.pooledWidth.map { Tensor(zeros: [$0]) })
    }

    /// Times a network at its own side, or at the largest at which it does not take too long, in proportion to the area.
    private static func time(native: Int, _ run: (Int) throws -> Void) throws -> (seconds: Double, side: Int) {
        // Layers pack their weights when they first run.
        var side = min(native, 16)
        try run(side)
        var seconds = try measure { try run(side) }
        while side < native {
            let next = min(native, side * 2)
            let share = Double(next * next) / Double(side * side)
            guard seconds * share < longestRun else { return (seconds * area(native, side), side) }
            side = next
            seconds = try measure { try run(side) }
        }
        return (seconds, side)
    }

    private static func area(_ side: Int, _ other: Int) -> Double { Double(side * side) / Double(other * other) }

    private static func measure(_ body: () throws -> Void) rethrows -> Double {
        let clock = ContinuousClock()
        return try clock.measure(body) / .seconds(1)
    }
}
