import FrozenEncoders
import TensorCore

/// What a model draws well, as its bundle says; tells when settings ask for something else.
@ComputeActor
public final class ModelGuide {
    private let name: String
    private let guidanceScale: ClosedRange<Float>?
    private let words: LazyPart<DrawnWords>?
    private let conditioner: any Conditioner
    /// Remarks on prompts so far, so that each is embedded once.
    private var remarks: [String: String?] = [:]

    /// - Parameter conditioner: Makes the model's conditions, and with them the embeddings of prompts.
    nonisolated init(_ bundle: ModelBundle, conditioner: any Conditioner) {
        (name, guidanceScale, self.conditioner) = (bundle.name, bundle.drawsWell.guidanceScale, conditioner)
        let space = bundle.sentenceSpace
        words =
            bundle.has(.drawnWords)
            ? LazyPart {
                let folder = try bundle.component(.drawnWords)
                do { return try DrawnWords(contentsOf: folder, space: space) } catch {
                    throw ModelError.component(error)
                }
            } : nil
    }

    /// Returns a sentence for each setting that asks for what the model does not draw well: a guidance scale, a prompt.
    /// Throws `ModelError`.
    public func remarks(on settings: GenerationSettings) throws -> [String] {
        [remark(onGuidance: settings.guidanceScale), try settings.prompt.flatMap(remark(on:))].compactMap(\.self)
    }

    private func remark(onGuidance scale: Float) -> String? {
        guard let range = guidanceScale, !range.contains(scale) else { return nil }
        let bounds = "\(range.lowerBound.formatted()) to \(range.upperBound.formatted())"
        let fault = scale < range.lowerBound ? "the picture will hardly follow sound or words" : "expect noise"
        return "The model “\(name)” draws well with a guidance scale from \(bounds); at \(scale.formatted()) \(fault)."
    }

    private func remark(on prompt: String) throws -> String? {
        guard let words else { return nil }
        if let known = remarks[prompt] { return known }
        let embedding = try conditioner.conditioning(of: prompt).embedding
        let nearest = try embedding.flatMap { try words().nearestIfFar(from: $0) }
        let remark = nearest.map { things in
            """
            “\(prompt)” is far from all that the model “\(name)” draws; nearest are \
            \(things.dropLast().joined(separator: ", ")) and \(things.last ?? "").
            """
        }
        remarks[prompt] = remark
        return remark
    }
}
