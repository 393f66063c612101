import FrozenEncoders
import LatentDiffusion
import LatentStore
import SoundBridge
import TensorCore

/// Hidden states of texts by a text-to-image model's text encoder, as long vectors to train tokens on.
struct TokenTargets {
    /// The condition of each text `[texts, numbers]`, f16.
    let latents: LatentSet
    let form: TokenForm
    /// States of `TrainedTokens.probe`.
    let probe: Tensor
    /// Warnings about the texts, each in one sentence.
    let warnings: [String]

    /// Encodes each text in the prompt for sounds. Throws `ModelError`; `CancellationError`.
    ///
    /// - Parameter onText: Called after each text with their number so far.
    @ComputeActor
    init(
        of items: [EmbeddingItem], by model: any TextToImageModel, input: TokenForm.Input, precision: Precision,
        onText: (Int) throws -> Void
    ) throws {
        let encoder = LazyPart<any TextEncoder> {
            do { return try model.textEncoder(precision) } catch { throw ModelError.component(error) }
        }
        let prompts = PromptSequence(
            conditioning: model.conditioning, textEncoder: encoder,
            sounds: LazyPart { throw ModelError.lacks(model: model.name, component: "sound adapter") })
        let probe = try prompts.conditioning(of: TrainedTokens.probe).condition
        let texts = items.map(\.words)
        var warnings: [String] = []
        let conditions = try texts.enumerated().map { index, text in
            try Task.checkCancellation()
            let conditioning = try prompts.conditioning(
                of: SoundPrompt.filled(SoundPrompt.usualTemplate, with: text))
            warnings += conditioning.warnings
            try onText(index + 1)
            // Halves are all that a few thousand texts leave room for.
            return Condition(
                tokens: conditioning.condition.tokens.float16(), pooled: conditioning.condition.pooled?.float32())
        }
        (self.probe, self.warnings) = (probe.tokens, warnings)
        form = TokenForm(input: input, shape: probe.shape, pooledScale: Self.pooledScale(of: conditions))
        let form = form
        let rows = conditions.map { Tensor(form.numbers(of: $0), shape: [form.numbers]).float16() }
        latents = LatentSet(
            ids: items.map(\.id), groups: items.map { $0.group ?? $0.id }, vectors: .stackedAsTheyAre(rows),
            metadata: ["encoder": model.name, "modality": "text"])
    }

    /// The factor with which pooled vectors vary as much as all token states together.
    private static func pooledScale(of conditions: [Condition]) -> Float {
        let pooled = conditions.compactMap(\.pooled)
        guard pooled.count == conditions.count, !pooled.isEmpty else { return 1 }
        let (states, vectors) = (variance(of: conditions.map(\.tokens)), variance(of: pooled))
        return states > 0 && vectors > 0 ? Float((states / vectors).squareRoot()) : 1
    }

    /// The mean squared distance from the mean.
    private static func variance(of tensors: [Tensor]) -> Double {
        var (sum, squares) = ([Double](repeating: 0, count: tensors[0].count), 0.0)
        for tensor in tensors {
            tensor.float32().withFloats { floats in
                for (place, value) in floats.enumerated() {
                    sum[place] += Double(value)
                    squares += Double(value) * Double(value)
                }
            }
        }
        let count = Double(tensors.count)
        return squares / count - sum.reduce(0) { $0 + $1 * $1 } / (count * count)
    }
}

extension EmbeddingItem {
    /// The words of an item of an encoder of words.
    var words: String {
        if case .text(let words) = source { words } else { id }
    }
}
