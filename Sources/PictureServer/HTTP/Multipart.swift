import Foundation

/// A part of a `multipart/form-data` body (RFC 7578).
struct FormPart {
    let name: String
    /// The name of the file on the client's side; nil for a plain field.
    let fileName: String?
    let bytes: Data

    /// Parts of a body, in their order. Throws `ServerError.malformed`.
    static func parts(of body: Data, boundary: String) throws -> [FormPart] {
        let end = Data("\r\n".utf8)
        let delimiter = Data("--\(boundary)".utf8)
        guard var at = body.range(of: delimiter)?.upperBound else { throw broken("no boundary") }
        var parts: [FormPart] = []
        while !body[at...].starts(with: Data("--".utf8)) {
            guard parts.count < 64 else { throw broken("more than 64 parts") }
            guard let line = body[at...].range(of: end),
                let head = body[line.upperBound...].range(of: end + end)
            else { throw broken("a part without a head") }
            guard let next = body[head.upperBound...].range(of: end + delimiter) else {
                throw broken("no end of a part")
            }
            parts.append(
                try part(body[line.upperBound..<head.lowerBound], Data(body[head.upperBound..<next.lowerBound])))
            at = next.upperBound
        }
        return parts
    }

    private static func part(_ head: Data, _ bytes: Data) throws -> FormPart {
        let lines = String(decoding: head, as: UTF8.self).split(separator: "\r\n")
        guard
            let line = lines.first(where: { $0.lowercased().hasPrefix("content-disposition:") }),
            case let value = HeaderValue(line.drop { $0 != ":" }.dropFirst()), let name = value["name"]
        else { throw broken("a part without a name") }
        return FormPart(name: name, fileName: value["filename"], bytes: bytes)
    }

    private static func broken(_ fault: String) -> ServerError {
        .malformed("The body is no multipart/form-data: \(fault).")
    }
}

/// The value of a header with parameters, as `form-data; name="sound"; filename="dog.wav"`.
struct HeaderValue {
    let value: String
    private var parameters: [String: String] = [:]

    init(_ text: some StringProtocol) {
        var rest = Substring(text)
        value = Self.token(&rest, until: ";").trimmingCharacters(in: .whitespaces).lowercased()
        while !rest.isEmpty {
            let name = Self.token(&rest, until: "=").trimmingCharacters(in: .whitespaces).lowercased()
            rest = rest.drop { $0 == " " || $0 == "\t" }
            let found = rest.first == "\"" ? Self.quoted(&rest) : Self.token(&rest, until: ";", keepsEnd: true)
            _ = Self.token(&rest, until: ";")
            if !name.isEmpty, parameters[name] == nil { parameters[name] = found.trimmingCharacters(in: .whitespaces) }
        }
    }

    subscript(name: String) -> String? { parameters[name] }

    private static func token(_ rest: inout Substring, until end: Character, keepsEnd: Bool = false) -> String {
        let token = rest.prefix { $0 != end }
        rest = rest.dropFirst(token.count + (keepsEnd ? 0 : 1))
        return String(token)
    }

    /// Browsers write `"` in names as `%22`, and others as `\"`.
    private static func quoted(_ rest: inout Substring) -> String {
        rest = rest.dropFirst()
        var text = ""
        while let character = rest.popFirst(), character != "\"" {
            text.append(character == "\\" && rest.first == "\"" ? rest.removeFirst() : character)
        }
        return text.replacing("%22", with: "\"")
    }
}
