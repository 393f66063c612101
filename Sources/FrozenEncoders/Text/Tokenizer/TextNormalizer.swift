import Foundation

/// The changes to a text before it is cut into words: the `normalizer` of a `tokenizer.json`, as `tokenizers/src/normalizers`
/// of Hugging Face.
indirect enum TextNormalizer: Decodable, Sendable {
    case bert(BERTNormalizer)
    case composed, decomposed, compatibilityComposed, compatibilityDecomposed
    case lowercase, withoutAccents
    case stripped(left: Bool, right: Bool)
    case prepended(String)
    case replaced(NSRegularExpression, by: String)
    case charactersMapped(CharacterMap)
    case sentencePiece(SentencePieceNormalizer)
    case canonical(CanonicalText)
    case sequence([TextNormalizer])
    case unknown(String)

    private enum CodingKeys: String, CodingKey {
        case type, normalizers, pattern, content, prepend
        case left = "strip_left"
        case right = "strip_right"
        case characterMap = "precompiled_charsmap"
    }

    private struct Pattern: Decodable {
        let text: String?
        let expression: String?

        private enum CodingKeys: String, CodingKey {
            case text = "String"
            case expression = "Regex"
        }
    }

    init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        let type = try fields.decode(String.self, forKey: .type)
        switch type {
        case "BertNormalizer": self = .bert(try BERTNormalizer(from: decoder))
        case "NFC": self = .composed
        case "NFD": self = .decomposed
        case "NFKC": self = .compatibilityComposed
        case "NFKD": self = .compatibilityDecomposed
        case "Lowercase": self = .lowercase
        case "StripAccents": self = .withoutAccents
        case "Strip":
            self = .stripped(
                left: try fields.decode(Bool.self, forKey: .left), right: try fields.decode(Bool.self, forKey: .right))
        case "Prepend": self = .prepended(try fields.decode(String.self, forKey: .prepend))
        case "Replace":
            let pattern = try fields.decode(Pattern.self, forKey: .pattern)
            let expression =
                pattern.expression ?? NSRegularExpression.escapedPattern(for: pattern.text ?? "")
            guard !expression.isEmpty, let compiled = try? NSRegularExpression(pattern: expression) else {
                throw DecodingError.dataCorruptedError(
                    forKey: .pattern, in: fields, debugDescription: "a text or a regular expression")
            }
            let content = try fields.decode(String.self, forKey: .content)
            self = .replaced(compiled, by: NSRegularExpression.escapedTemplate(for: content))
        case "Precompiled":
            let text = try fields.value(.characterMap, default: "")
            guard !text.isEmpty else {
                self = .sequence([])
                return
            }
            guard let map = Data(base64Encoded: text).flatMap(CharacterMap.init) else {
                throw DecodingError.dataCorruptedError(
                    forKey: .characterMap, in: fields, debugDescription: "a table of SentencePiece in base 64")
            }
            self = .charactersMapped(map)
        case "Sequence": self = .sequence(try fields.decode([TextNormalizer].self, forKey: .normalizers))
        default: self = .unknown(type)
        }
    }

    /// The type of a part that is not known; nil where all are.
    var unknownType: String? {
        switch self {
        case .unknown(let type): type
        case .sequence(let parts): parts.lazy.compactMap(\.unknownType).first
        default: nil
        }
    }

    /// The scalars of `text`, normalised. Vocabularies know neither grapheme clusters nor canonical equivalence, which
    /// `String` compares by.
    func callAsFunction(_ text: String) -> [Unicode.Scalar] {
        switch self {
        case .bert(let normalizer): return normalizer(text)
        case .composed: return text.scalars(normalizedBy: \.precomposedStringWithCanonicalMapping)
        case .decomposed: return text.scalars(normalizedBy: \.decomposedStringWithCanonicalMapping)
        case .compatibilityComposed: return text.scalars(normalizedBy: \.precomposedStringWithCompatibilityMapping)
        case .compatibilityDecomposed: return text.scalars(normalizedBy: \.decomposedStringWithCompatibilityMapping)
        case .lowercase: return text.unicodeScalars.flatMap { Array($0.properties.lowercaseMapping.unicodeScalars) }
        case .withoutAccents: return text.unicodeScalars.filter { $0.properties.generalCategory != .nonspacingMark }
        case .stripped(let left, let right):
            var scalars = Array(text.unicodeScalars)[...]
            if left { scalars = scalars.drop { $0.properties.isWhitespace } }
            while right, scalars.last?.properties.isWhitespace ?? false { scalars.removeLast() }
            return Array(scalars)
        case .prepended(let beginning): return Array((text.isEmpty ? "" : beginning + text).unicodeScalars)
        case .replaced(let pattern, let content):
            let whole = NSRange(location: 0, length: text.utf16.count)
            return Array(
                pattern.stringByReplacingMatches(in: text, range: whole, withTemplate: content).unicodeScalars)
        case .charactersMapped(let map): return map(text)
        case .sentencePiece(let normalizer): return normalizer(text)
        case .canonical(let rule): return rule(text)
        case .sequence(let parts):
            return parts.reduce(Array(text.unicodeScalars)) { $1(String($0)) }
        case .unknown: return Array(text.unicodeScalars)
        }
    }
}
