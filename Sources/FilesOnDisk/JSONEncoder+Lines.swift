import Foundation

extension JSONEncoder {
    /// An encoder that gives equal bytes for equal values, on one line: keys sorted, slashes unescaped.
    package static var ofLines: JSONEncoder {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return encoder
    }

    /// Returns a line of a file: the value and a line feed.
    package func line(_ value: some Encodable) throws -> Data { try encode(value) + [UInt8(ascii: "\n")] }
}
