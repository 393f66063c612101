import FilesOnDisk
import Foundation
import FuseMix
import LatentDiffusion
import TensorCore

/// The form of trained tokens: `tokens.json` of their component.
public struct TokenForm: Sendable, Equatable, Codable {
    /// The adapter's input.
    public enum Input: String, Sendable, Codable {
        /// A point of the sentence space, where words and sounds lie.
        case sentence
        /// The audio encoder's own vector.
        case sound
    }

    public let input: Input
    /// Token states of a condition, and the width of each.
    public let tokens: Int
    public let width: Int
    /// Width of the pooled vector; nil where the model takes none.
    public let pooledWidth: Int?
    /// Factor of the pooled vector in what is coded, so that it counts as much as all tokens.
    public let pooledScale: Float
    /// That of the code.
    public let radius: Float
    private let modelType: String

    static let file = "tokens.json"
    private static let modelType = "fusemix-tokens"

    private enum CodingKeys: String, CodingKey {
        case input, tokens, width, radius
        case pooledWidth = "pooled_width"
        case pooledScale = "pooled_scale"
        case modelType = "model_type"
    }

    package init(input: Input, shape: ConditionShape, pooledScale: Float = 1, radius: Float = 1) {
        (self.input, tokens, width, pooledWidth) = (input, shape.tokens, shape.width, shape.pooledWidth)
        (self.pooledScale, self.radius, modelType) = (pooledScale, radius, Self.modelType)
    }

    public var shape: ConditionShape { ConditionShape(tokens: tokens, width: width, pooledWidth: pooledWidth) }

    /// Numbers of a condition.
    package var numbers: Int { tokens * width + (pooledWidth ?? 0) }

    /// A condition's numbers `[numbers]` one after the other, the pooled vector last and scaled.
    package func numbers(of condition: Condition) -> [Float] {
        precondition(condition.shape == shape, "a condition \(condition.shape), not \(shape)")
        return condition.tokens.float32().floats + (condition.pooled?.float32().floats ?? []).map { $0 * pooledScale }
    }

    /// The condition of such numbers.
    package func condition(of numbers: Tensor) -> Condition {
        precondition(numbers.count == self.numbers, "\(self.numbers) numbers, not \(numbers.count)")
        let floats = numbers.floats
        return Condition(
            tokens: Tensor(Array(floats.prefix(tokens * width)), shape: [tokens, width]),
            pooled: pooledWidth.map { width in
                Tensor(floats.suffix(width).map { $0 / pooledScale }, shape: [width])
            })
    }
}

extension TokenForm: CheckedJSON {
    package func validate(_ check: FieldCheck) throws {
        try check.require(modelType, is: Self.modelType, "model_type")
        try check.require(tokens, in: 1...1024, "tokens")
        try check.require(width, in: 1...16_384, "width")
        if let pooledWidth { try check.require(pooledWidth, in: 1...16_384, "pooled_width") }
        try check.require(pooledScale, in: 1e-6...1e6, "pooled_scale")
        try check.require(radius, in: 1e-6...1e12, "radius")
    }
}

extension TrainedTokens {
    /// Writes what a component holds beside its adapter into an existing folder. Throws `TensorFileError`.
    package static func write(
        _ form: TokenForm, _ code: PrincipalCode, probe: Tensor, type: (Tensor) -> Tensor, to folder: URL
    ) throws {
        try SafetensorsFile.write(
            [("mean", type(code.mean)), ("components", type(code.components)), ("probe", type(probe))].map {
                (name: $0.0, tensor: $0.1)
            }, to: folder.appending(path: weights))
        let file = folder.appending(path: TokenForm.file)
        do {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
            try (encoder.encode(form) + Data("\n".utf8)).write(to: file, options: .atomic)
        } catch {
            throw TensorFileError.unwritable(path: file.path(percentEncoded: false), reason: "\(error)")
        }
    }
}
