import FilesOnDisk
import Foundation
import FrozenEncoders
import FuseMix
import LatentDiffusion
import TensorCore

/// Trained token states: an adapter from a sound, or from the point of the sentence space where it lies, to the token states that
/// a text-to-image model's own text encoder makes of a prompt about it, all of them, and to its pooled vector where the model
/// takes one (the idea of GlueGen, arXiv 2303.10056).
///
/// A component folder holds an adapter's `config.json` and `model.safetensors`, `tokens.json` (`TokenForm`) and
/// `tokens.safetensors`: `mean` `[numbers]` and `components` `[count, numbers]` of the adapter's code (`PrincipalCode`), `probe`
/// `[tokens, width]`, the states of a text, which tell the text encoder from others.
public struct TrainedTokens: Sendable {
    public let form: TokenForm
    let adapter: Adapter
    let code: PrincipalCode
    private let probe: Tensor
    private let path: String

    static let weights = "tokens.safetensors"
    /// The text whose states tell a text encoder from others.
    package static let probe = SoundPrompt.filled(SoundPrompt.usualTemplate, with: "something")

    /// Names of a component's files.
    package static let fileNames = ["config.json", "model.safetensors", TokenForm.file, weights]

    /// The component's files.
    static func files(in folder: URL) -> [URL] { fileNames.map { folder.appending(path: $0) } }

    /// Reads the component. Throws `FileContentError` or `TensorFileError`, naming the file, where it is unfit.
    public init(contentsOf folder: URL) throws {
        path = folder.path(percentEncoded: false)
        form = try TokenForm(contentsOf: folder.appending(path: TokenForm.file))
        adapter = try AdapterPair(contentsOf: folder).x
        guard adapter.outputSize > 1 else {
            throw FileContentError.field(
                file: folder.appending(path: "config.json").path(percentEncoded: false), field: "output_size",
                expected: "2 or more, one more than there are components")
        }
        let (form, count) = (form, adapter.outputSize - 1)
        (code, probe) = try WeightReader.read(folder.appending(path: Self.weights)) { weights in
            (
                PrincipalCode(
                    mean: try weights.tensor("mean", [form.numbers]),
                    components: try weights.tensor("components", [count, form.numbers]), radius: form.radius),
                try weights.tensor("probe", [form.tokens, form.width])
            )
        }
    }

    /// The conditioning of a sound. Throws `ModelError` for a sound of another encoder, and for a text encoder that the tokens were
    /// not trained for.
    ///
    /// - Parameters:
    ///   - sounds: Maps sounds to the sentence space.
    ///   - probe: The model's condition of the text of that name.
    func conditioning(of sound: EncodedSound, by sounds: any SoundAdapter, probe: Condition) throws -> Conditioning {
        try check(against: probe)
        let embedding = try sounds.embedding(of: sound)
        let latents = try latents(of: sound, at: embedding)
        return Conditioning(form.condition(of: code.vectors(of: adapter(latents)).item(0)), embedding: embedding)
    }

    /// Half precision and other layouts move states by a hundredth or so, another text encoder moves them altogether.
    private static let allowed: Float = 0.1

    private func check(against found: Condition) throws {
        guard found.shape == form.shape else {
            throw ModelError.badComponent(
                path: path,
                reason: "its conditions are \(form.shape), but the model's text encoder makes \(found.shape).")
        }
        let difference = (found.tokens.float32() - probe.float32()).length / probe.float32().length
        guard difference <= Self.allowed else {
            throw ModelError.badComponent(
                path: path, reason: "it was trained for another text encoder than the model's.")
        }
    }

    private func latents(of sound: EncodedSound, at embedding: Embedding) throws -> Tensor {
        switch form.input {
        case .sentence:
            guard embedding.vector.count == adapter.inputSize else {
                throw misfit("the sentence space has \(embedding.vector.count)")
            }
            return embedding.vector.reshaped([1, adapter.inputSize])
        case .sound:
            guard let features = SoundFeatures.allCases.first(where: { $0.count(of: sound) == adapter.inputSize })
            else {
                throw misfit("the audio encoder has an embedding of \(sound.embedding.count)")
            }
            return Tensor(features.vector(of: sound), shape: [1, adapter.inputSize])
        }
    }

    private func misfit(_ found: String) -> ModelError {
        .badComponent(path: path, reason: "it takes \(adapter.inputSize) numbers, but \(found).")
    }
}

extension Tensor {
    fileprivate var length: Float { withFloats { $0.reduce(0) { $0 + $1 * $1 }.squareRoot() } }
}
