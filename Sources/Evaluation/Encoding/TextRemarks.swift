import FilesOnDisk
import FrozenEncoders
import TensorCore

/// Remarks on the texts that an encoder was given, many texts in one sentence for each kind.
@ComputeActor
final class TextRemarks {
    private var texts = 0
    private var warnings: [TextWarning] = []

    nonisolated init() {}

    func add(_ text: EncodedText) {
        texts += 1
        warnings += text.warnings
    }

    /// Tells of the texts since the last time.
    func tell(_ tell: (String) -> Void) {
        defer { (texts, warnings) = (0, []) }
        guard texts > 1 else {
            for warning in warnings { tell("\(warning)") }
            return
        }
        let cut = warnings.filter { if case .truncated = $0.kind { true } else { false } }
        let unknown = warnings.filter { if case .unknownWords = $0.kind { true } else { false } }
        if let first = cut.first {
            tell("\(cut.count) of \(texts) texts are too long for the text encoder and are cut; the first: \(first)")
        }
        if let first = unknown.first {
            tell("\(unknown.count) of \(texts) texts have mostly unknown words; the first: \(first)")
        }
    }
}
