import FilesOnDisk
import TensorCore

/// The names that configurations of transformers give to activations.
enum TransformerActivation {
    private static let known: [String: Activation] = [
        "gelu": .gelu, "gelu_new": .geluTanh, "gelu_pytorch_tanh": .geluTanh, "quick_gelu": .quickGELU, "relu": .relu,
        "silu": .silu,
    ]

    static func named(_ name: String) -> Activation { known[name] ?? .gelu }

    /// Throws `FileContentError` for an unknown name.
    static func check(_ name: String, _ field: String, _ check: FieldCheck) throws {
        try check.require(
            known[name] != nil, field, "one of \(known.keys.sorted().joined(separator: ", ")), not “\(name.onOneLine)”")
    }
}
