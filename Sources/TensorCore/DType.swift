/// The element type of a tensor; raw values are the spellings of the safetensors format.
public enum DType: String, Sendable, CaseIterable {
    case float64 = "F64"
    case float32 = "F32"
    case float16 = "F16"
    case bfloat16 = "BF16"
    case int64 = "I64"
    case int32 = "I32"
    case int16 = "I16"
    case int8 = "I8"
    case uint64 = "U64"
    case uint32 = "U32"
    case uint16 = "U16"
    case uint8 = "U8"

    public var isFloat: Bool {
        switch self {
        case .float64, .float32, .float16, .bfloat16: true
        case .int64, .int32, .int16, .int8, .uint64, .uint32, .uint16, .uint8: false
        }
    }

    /// Bytes of one element.
    public var size: Int {
        switch self {
        case .float64, .int64, .uint64: 8
        case .float32, .int32, .uint32: 4
        case .float16, .bfloat16, .int16, .uint16: 2
        case .int8, .uint8: 1
        }
    }

    /// Bytes of a tensor of that shape; nil for a shape that no memory holds.
    func byteCount(of shape: [Int]) -> Int? {
        shape.reduce(Optional(size)) { bytes, length in
            guard let bytes, length >= 0 else { return nil }
            let (product, overflow) = bytes.multipliedReportingOverflow(by: length)
            return overflow ? nil : product
        }
    }
}
