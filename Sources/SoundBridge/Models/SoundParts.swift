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
        audioEncoder = LazyPart(letGo: bundle.lettingGo(.audioEncoder, precision, encoders)) {
            try bundle.read(.audioEncoder) { try encoders.audioEncoder(at: $0, precision: precision) }
        }
        let classWords = LazyPart<ClassWords> {
            let audioEncoder = try bundle.component(.audioEncoder)
            return try bundle.read(.classWords) {
                try ClassWords(contentsOf: $0, audioEncoder: audioEncoder, space: space)
            }
        }
        soundAdapter = LazyPart<any SoundNaming> {
            let words = try classWords()
            guard bundle.has(.soundAdapter) else { return words }
            return try bundle.read(.soundAdapter) { try AnchoredAdapter(contentsOf: $0, words: words) }
        }
        self.classWords = classWords
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
