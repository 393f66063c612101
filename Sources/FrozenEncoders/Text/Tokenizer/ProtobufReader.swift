/// The fields of a message in the wire format of Protocol Buffers, one after the other. Every length is checked against what is
/// left.
struct ProtobufReader {
    enum Value {
        case number(UInt64)
        case fixed32(UInt32)
        case fixed64(UInt64)
        /// A text, bytes, or a message.
        case bytes(ArraySlice<UInt8>)
    }

    /// A message that ends in the middle of a field, or is none.
    struct Fault: Error {}

    private var rest: ArraySlice<UInt8>

    init(_ message: ArraySlice<UInt8>) { rest = message }

    /// The next field; nil at the message's end. Throws `Fault`.
    mutating func next() throws -> (field: Int, value: Value)? {
        guard !rest.isEmpty else { return nil }
        let tag = try number()
        guard 1...(1 << 29 - 1) ~= tag >> 3 else { throw Fault() }
        return (Int(tag >> 3), try value(ofType: tag & 7))
    }

    private mutating func value(ofType type: UInt64) throws -> Value {
        switch type {
        case 0: return .number(try number())
        case 1: return .fixed64(try fixed(8))
        case 2:
            let length = try number()
            guard length <= UInt64(rest.count) else { throw Fault() }
            return .bytes(take(Int(length)))
        case 5: return .fixed32(UInt32(truncatingIfNeeded: try fixed(4)))
        default: throw Fault()
        }
    }

    /// Seven bits a byte, the lowest first; the highest bit says that more follow.
    private mutating func number() throws -> UInt64 {
        var number: UInt64 = 0
        for shift in stride(from: 0, to: 64, by: 7) {
            guard let byte = rest.popFirst() else { throw Fault() }
            number |= UInt64(byte & 0x7F) << UInt64(shift)
            if byte & 0x80 == 0 { return number }
        }
        throw Fault()
    }

    private mutating func fixed(_ count: Int) throws -> UInt64 {
        guard rest.count >= count else { throw Fault() }
        return take(count).reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }

    private mutating func take(_ count: Int) -> ArraySlice<UInt8> {
        defer { rest = rest.dropFirst(count) }
        return rest.prefix(count)
    }
}
