import Foundation
import FrozenEncoders
import TensorCore

/// The parts of a bundle that tell what a sound is: they serve every model that draws.
struct SoundParts: Sendable {
    let audioEncoder: LazyPart<any AudioEncoder>
    let classWords: LazyPart<ClassWords>
    let soundAdapter: LazyPart<any SoundNaming>

    init(_ bundle: ModelBundle, _ precision: Precision, _ encoders: EncoderLoader) {
        let space = bundle.sentenceSpace
        let own = LazyPart(letGo: bundle.lettingGo(.audioEncoder, precision, encoders)) {
            try bundle.read(.audioEncoder) { try encoders.audioEncoder(at: $0, precision: precision) }
        }
        let other = bundle.otherAudioEncoder.map { folder in
            LazyPart(letGo: { encoders.release(folder, precision: precision) }) {
                try Self.tagger(at: folder, precision, encoders)
            }
        }
        let audioEncoder = other ?? own
        let classWords = LazyPart<ClassWords> {
            let folder = try bundle.component(.audioEncoder)
            let words = try bundle.read(.classWords) {
                try ClassWords(contentsOf: $0, audioEncoder: folder, space: space)
            }
            guard let labels = try other?().labels else { return words }
            return try words.naming(labels) { name in
                let encoder = try bundle.read(.textEncoder) { try encoders.textEncoder(at: $0, precision: precision) }
                return encoder.encode(name).pooled
            }
        }
        soundAdapter = LazyPart<any SoundNaming> {
            let words = try classWords()
            guard other == nil, bundle.has(.soundAdapter) else { return words }
            return try bundle.read(.soundAdapter) { try AnchoredAdapter(contentsOf: $0, words: words) }
        }
        (self.audioEncoder, self.classWords) = (audioEncoder, classWords)
    }

    /// Throws `ModelError` also for an encoder that gives no scores, by which nothing could be named.
    @ComputeActor
    private static func tagger(
        at folder: URL, _ precision: Precision, _ encoders: EncoderLoader
    ) throws -> any AudioEncoder {
        let encoder: any AudioEncoder
        do { encoder = try encoders.audioEncoder(at: folder, precision: precision) } catch {
            throw ModelError.component(error)
        }
        guard encoder.labels != nil else {
            throw ModelError.badComponent(
                path: folder.path(percentEncoded: false),
                reason: "it gives sounds no class scores, and sounds are drawn by the names of classes.")
        }
        return encoder
    }
}

extension ModelBundle {
    /// Reads a component. Throws `ModelError`.
    @ComputeActor
    func read<Part>(_ role: Role, _ body: @ComputeActor (URL) throws -> Part) throws -> Part {
        let folder = try component(role)
        do { return try body(folder) } catch { throw ModelError.component(error) }
    }

    /// Lets the loader go of an encoder.
    func lettingGo(
        _ role: Role, _ precision: Precision, _ encoders: EncoderLoader
    ) -> @Sendable @ComputeActor () -> Void {
        { if let folder = try? component(role) { encoders.release(folder, precision: precision) } }
    }
}
