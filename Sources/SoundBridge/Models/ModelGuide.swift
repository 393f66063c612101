import FilesOnDisk
import FrozenEncoders
import TensorCore

/// A guide to a model: tells when settings ask for something that it does not draw well, as its bundle says.
@ComputeActor
public final class ModelGuide {
    private let name: String
    private let guidanceScale: ClosedRange<Float>?
    private let words: LazyPart<DrawnWords>?
    private let conditioner: any Conditioner
    private static let mostRemarks = 1000
    /// Remarks on the last prompts, so that each is embedded once.
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

    /// Takes a model that says nothing of what it draws well.
    nonisolated init(name: String, conditioner: any Conditioner) {
        (self.name, guidanceScale, words, self.conditioner) = (name, nil, nil, conditioner)
    }

    /// Returns a sentence for each setting that asks for what the model does not draw well: a guidance scale, a prompt.
    /// Throws `ModelError`.
    public func remarks(on settings: GenerationSettings) throws -> [String] {
        let words = try [settings.prompt, settings.negativePrompt].map { try $0.flatMap(remark(on:)) }
        return ([settings.guidanceScale.flatMap(remark(onGuidance:))] + words).compactMap(\.self)
    }

    /// Returns a sentence about a sound that the model does not draw anything like. Throws `ModelError`.
    ///
    /// - Parameters:
    ///   - sound: the subject of the sound alone.
    ///   - name: the sound's name.
    public func remark(on sound: PictureSubject, called name: String) throws -> String? {
        guard let words, let embedding = sound.conditioning.embedding,
            let nearest = try words().nearestIfFar(from: embedding)
        else { return nil }
        let heard = sound.heard.first.map { " (\($0.label))" } ?? ""
        return
            "What is heard in \(name)\(heard) is far from all that the model “\(self.name)” draws: \(Self.list(nearest))."
    }

    private static func list(_ things: [String]) -> String {
        "the nearest are \(things.dropLast().joined(separator: ", ")) and \(things.last ?? "")"
    }

    private func remark(onGuidance scale: Float) -> String? {
        guard let range = guidanceScale, !range.contains(scale) else { return nil }
        let bounds = "\(range.lowerBound.formatted()) to \(range.upperBound.formatted())"
        let fault = scale < range.lowerBound ? "the picture will hardly follow sound or words" : "expect noise"
        return "The model “\(name)” draws well with a guidance scale from \(bounds); at \(scale.formatted()) \(fault)."
    }

    private func remark(on prompt: String) throws -> String? {
        // A place for a sound is no word, and its names are not known yet.
        guard let words, !prompt.contains(SoundPrompt.placeholder) else { return nil }
        if let known = remarks[prompt] { return known }
        let embedding = try conditioner.conditioning(of: prompt).embedding
        let nearest = try embedding.flatMap { try words().nearestIfFar(from: $0) }
        let remark = nearest.map {
            "“\(prompt.onOneLine)” is far from all that the model “\(name)” draws: \(Self.list($0)). Words are read as English."
        }
        // A server meets no end of prompts.
        if remarks.count >= Self.mostRemarks { remarks = [:] }
        remarks[prompt] = remark
        return remark
    }
}
