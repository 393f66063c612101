import Foundation

extension JSONEncoder {
    /// Equal values give equal bytes, on one line: keys sorted, slashes as they are.
    package static var ofLines: JSONEncoder {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return encoder
    }

    /// A line of a file: the value and a line feed.
    package func line(_ value: some Encodable) throws -> Data { try encode(value) + [UInt8(ascii: "\n")] }
}
