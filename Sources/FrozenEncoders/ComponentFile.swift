import Foundation

/// Reading of the small text files that stand beside a component's weights.
enum ComponentFile {
    /// The bytes of `url`. Throws `EncoderError.unreadable`.
    static func data(at url: URL) throws -> Data {
        do {
            return try Data(contentsOf: url)
        } catch let error as CocoaError where error.code == .fileReadNoSuchFile {
            throw EncoderError.unreadable(file: url.path, reason: "no such file")
        } catch {
            throw EncoderError.unreadable(file: url.path, reason: error.localizedDescription)
        }
    }

    /// The JSON object in `url`; `expected` says in an error what it should have been. Throws `EncoderError`.
    static func decode<Value: Decodable>(_ type: Value.Type, at url: URL, expected: String) throws -> Value {
        do {
            return try JSONDecoder().decode(type, from: data(at: url))
        } catch let error as DecodingError {
            throw EncoderError.unsuitable(file: url.path, found: error.fault, expected: expected)
        }
    }

    /// The lines of a UTF-8 text; a line end after the last one is optional. Throws `EncoderError`.
    static func lines(at url: URL) throws -> [String] {
        guard let text = String(validating: try data(at: url), as: UTF8.self) else {
            throw EncoderError.unsuitable(file: url.path, found: "bytes that are no text", expected: "UTF-8 lines")
        }
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        return lines.last == "" ? lines.dropLast() : lines
    }
}

extension DecodingError {
    /// What is amiss, without a full stop.
    fileprivate var fault: String {
        switch self {
        case .keyNotFound(let key, _): "no \"\(key.stringValue)\""
        case .dataCorrupted: "text that is not JSON or a number out of range"
        case .valueNotFound(_, let context), .typeMismatch(_, let context):
            "an unfit value at \"\(context.codingPath.map(\.stringValue).joined(separator: "."))\""
        @unknown default: "unfit contents"
        }
    }
}
