import FilesOnDisk
import TensorCore

/// Activations by the names of transformers.
enum TransformerActivation {
    private static let known: [String: Activation] = [
        "gelu": .gelu, "gelu_new": .geluTanh, "gelu_pytorch_tanh": .geluTanh, "quick_gelu": .quickGELU, "relu": .relu,
        "silu": .silu,
    ]
    static let all = Set(known.keys)
    static let gelus: Set = ["gelu", "gelu_new", "gelu_pytorch_tanh", "quick_gelu"]

    static func named(_ name: String) -> Activation { known[name] ?? .gelu }

    /// Throws `FileContentError` for a name that is none of `names`.
    static func check(_ name: String, _ field: String, _ check: FieldCheck, among names: Set<String> = all) throws {
        try check.require(
            names.contains(name), field, "one of \(names.sorted().joined(separator: ", ")), not “\(name.onOneLine)”")
    }
}

/// The sizes that all layers of a transformer share, to be checked.
struct TransformerSizes {
    let hidden, heads, inner, layers: Int

    /// Names of the fields.
    struct Names {
        var hidden = "hidden_size", heads = "num_attention_heads", inner = "intermediate_size"
        var layers = "num_hidden_layers"
    }

    /// Throws `FileContentError`.
    ///
    /// - Parameters:
    ///   - check: Of the file.
    ///   - names: Of the fields.
    ///   - section: Stands before the names.
    func validate(_ check: FieldCheck, _ names: Names = Names(), section: String = "") throws {
        try check.require(hidden, in: 1...16_384, section + names.hidden)
        try check.require(heads, in: 1...1024, section + names.heads)
        try check.require(
            hidden % heads == 0, section + names.hidden, "a multiple of \(names.heads) (\(heads))")
        try check.require(inner, in: 1...65_536, section + names.inner)
        try check.require(layers, in: 1...256, section + names.layers)
    }
}
