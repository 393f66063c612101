import FilesOnDisk
import Foundation

/// The fields of a request, from JSON, a form or a query, each read once; what nobody has read at the end is unknown.
struct Fields {
    private enum Value {
        case json(Any)
        case text(String)
        case file(SentFile)
    }

    private let values: [String: Value]
    private var read: Set<String> = []

    /// Reads a JSON object. Throws `ServerError.malformed`.
    init(json body: Data) throws {
        guard let object = try? JSONSerialization.jsonObject(with: body) as? [String: Any] else {
            throw ServerError.malformed("The body is no JSON object.")
        }
        self.init(object)
    }

    /// Takes an object of JSON.
    init(_ object: [String: Any]) { values = object.filter { !($0.value is NSNull) }.mapValues(Value.json) }

    /// Reads `multipart/form-data`; of parts with one name the last counts. Throws `ServerError.malformed`.
    init(form body: Data, boundary: String) throws {
        var values: [String: Value] = [:]
        for part in try FormPart.parts(of: body, boundary: boundary) {
            if let name = part.fileName {
                values[part.name] = .file(SentFile(bytes: part.bytes, name: Self.lastPart(of: name)))
            } else if let text = String(validating: part.bytes, as: UTF8.self) {
                // An empty field of a form is one that was left out.
                if !text.isEmpty { values[part.name] = .text(text) }
            } else {
                throw ServerError.field(part.name.onOneLine, "is not UTF-8")
            }
        }
        self.values = values
    }

    /// Whether there is a field of that name.
    func has(_ name: String) -> Bool { values[name] != nil }

    /// Throws `ServerError.field` for a field that nobody has read.
    func requireAllRead() throws {
        guard let unknown = values.keys.filter({ !read.contains($0) }).min() else { return }
        throw ServerError.field(String(unknown.prefix(80)).onOneLine, "is not known here")
    }

    mutating func text(_ name: String, upTo length: Int = 1000) throws -> String? {
        guard let value = take(name) else { return nil }
        let text: String
        switch value {
        case .json(let json as String): text = json
        case .text(let found): text = found
        default: throw ServerError.field(name, "is no text")
        }
        guard text.count <= length else { throw ServerError.field(name, "is longer than \(length) characters") }
        guard !text.contains("\0") else { throw ServerError.field(name, "holds the character U+0000") }
        return text
    }

    mutating func bool(_ name: String) throws -> Bool? {
        switch take(name) {
        case nil: return nil
        case .json(let json as NSNumber) where json.isBool: return json.boolValue
        case .text(let text) where ["true", "1", "on"].contains(text): return true
        case .text(let text) where ["false", "0", "off"].contains(text): return false
        default: throw ServerError.field(name, "is neither true nor false")
        }
    }

    mutating func number<Number: LosslessStringConvertible & Comparable>(
        _ name: String, in range: ClosedRange<Number>
    ) throws -> Number? {
        let expected = "must be a number from \(range.lowerBound) to \(range.upperBound)"
        let text: String
        switch take(name) {
        case nil: return nil
        case .json(let json as NSNumber) where !json.isBool: text = json.stringValue
        case .text(let found): text = found
        default: throw ServerError.field(name, expected)
        }
        // Whole numbers may be written as 3.0.
        let whole = text.hasSuffix(".0") ? String(text.dropLast(2)) : text
        guard let number = Number(text) ?? Number(whole), range.contains(number) else {
            throw ServerError.field(name, expected)
        }
        return number
    }

    /// One of several words.
    mutating func choice<Choice>(
        _ name: String, _ expected: String, _ make: (String) -> Choice?
    ) throws -> Choice? {
        guard let text = try text(name) else { return nil }
        guard let choice = make(text) else { throw ServerError.field(name, "must be \(expected)") }
        return choice
    }

    /// A file: a part of a form, or base64 in JSON, with or without `data:…;base64,` before it.
    ///
    /// - Parameter nameField: The field that names a file of JSON.
    mutating func file(_ name: String, called nameField: String, usually usual: String) throws -> SentFile? {
        let given = try text(nameField).map(Self.lastPart)
        let sent: SentFile
        switch take(name) {
        case nil: return nil
        case .file(let file): sent = SentFile(bytes: file.bytes, name: given ?? file.name)
        case .json(let json as String):
            guard let bytes = Self.base64(json) else { throw ServerError.field(name, "is no base64") }
            sent = SentFile(bytes: bytes, name: given ?? usual)
        case .json, .text: throw ServerError.field(name, "is no file")
        }
        guard !sent.bytes.isEmpty else { throw ServerError.field(name, "is empty") }
        return sent.name.isEmpty ? SentFile(bytes: sent.bytes, name: usual) : sent
    }

    /// Texts: one, or a list of them.
    mutating func texts(_ name: String, upTo count: Int, length: Int) throws -> [String]? {
        if case .json(let list as [Any]) = values[name] {
            _ = take(name)
            guard let texts = list as? [String], texts.count <= count, texts.allSatisfy({ $0.count <= length }) else {
                throw ServerError.field(
                    name, "must be a text or up to \(count) of them, of \(length) characters at most")
            }
            return texts
        }
        return try text(name, upTo: length).map { [$0] }
    }

    /// A list of objects or of anything else, as JSON has it.
    mutating func json(_ name: String) -> Any? {
        switch take(name) {
        case .json(let json): json
        default: nil
        }
    }

    /// The short fields as they came.
    var echo: [String: Any] {
        values.compactMapValues { value in
            switch value {
            case .json(let text as String): text.utf8.count < 4096 ? text : nil
            case .json(let number as NSNumber): number
            case .text(let text): text
            case .json, .file: nil
            }
        }
    }

    /// All names that nobody has read.
    var unread: [String] { values.keys.filter { !read.contains($0) }.sorted() }

    private mutating func take(_ name: String) -> Value? {
        read.insert(name)
        return values[name]
    }

    static func base64(_ text: String) -> Data? {
        guard text.hasPrefix("data:") else { return Data(base64Encoded: text, options: .ignoreUnknownCharacters) }
        guard let comma = text.firstIndex(of: ",") else { return nil }
        return Data(base64Encoded: String(text[text.index(after: comma)...]), options: .ignoreUnknownCharacters)
    }

    /// The last part of a path of either kind, 200 characters at most.
    private static func lastPart(of path: String) -> String {
        String((path.split { $0 == "/" || $0 == "\\" }.last ?? "").suffix(200))
    }
}

extension NSNumber {
    /// Whether it was `true` or `false` in JSON.
    fileprivate var isBool: Bool { String(cString: objCType) == "c" }
}
