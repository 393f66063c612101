import COneDNN

/// The precision of the products inside `Linear` and `Convolution2D`; everything between them is f32.
public enum Precision: String, Sendable, Codable, CaseIterable {
    case float32 = "f32"
    case bfloat16 = "bf16"

    /// Whether this processor multiplies bfloat16 natively.
    public static var hasBFloat16: Bool { odnn_has_bfloat16() }

    /// bf16 where the processor has it, else f32.
    public static var automatic: Precision { hasBFloat16 ? .bfloat16 : .float32 }
}
