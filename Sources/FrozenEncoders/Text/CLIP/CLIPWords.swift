import Foundation

/// A text as CLIP divides it before its pieces are looked up: composed (NFC), each run of white space as one space,
/// lower case; then runs of letters, single digits, English endings and runs of anything else.
///
/// The rules are the regular expressions of `CLIPTokenizer` in transformers; without ftfy, as there.
enum CLIPWords {
    struct Word: Equatable {
        let scalars: ArraySlice<Unicode.Scalar>
        let isPunctuation: Bool
    }

    static func normalized(_ text: String) -> [Unicode.Scalar] {
        var scalars: [Unicode.Scalar] = []
        var isInSpace = false
        for scalar in composed(text) {
            let isSpace = scalar.properties.isWhitespace
            if isSpace {
                if !isInSpace { scalars.append(" ") }
            } else {
                scalars += scalar.properties.lowercaseMapping.unicodeScalars
            }
            isInSpace = isSpace
        }
        return scalars
    }

    /// NFC. Foundation takes a character beyond the Basic Multilingual Plane for the one of the lower half of its number
    /// when a mark follows, so each of those is composed alone.
    private static func composed(_ text: String) -> [Unicode.Scalar] {
        var composed: [Unicode.Scalar] = []
        var rest = Array(text.unicodeScalars)[...]
        while let first = rest.first {
            let run = first.value > 0xFFFF ? rest.prefix(1) : rest.prefix { $0.value <= 0xFFFF }
            composed += String(run).precomposedStringWithCanonicalMapping.unicodeScalars
            rest = rest.dropFirst(run.count)
        }
        return composed
    }

    /// Words of a normalised text, without the space between them.
    static func words(of scalars: [Unicode.Scalar]) -> [Word] {
        var words: [Word] = []
        var rest = scalars[...]
        func take(_ count: Int, isPunctuation: Bool) {
            words.append(Word(scalars: rest.prefix(count), isPunctuation: isPunctuation))
            rest = rest.dropFirst(count)
        }
        while let first = rest.first {
            if let special = specials.first(where: rest.starts(with:)) {
                // The byte-level splitter that comes next divides it again.
                take(2, isPunctuation: true)
                take(special.count - 4, isPunctuation: false)
                take(2, isPunctuation: true)
            } else if let ending = endings.first(where: rest.starts(with:)) {
                take(ending.count, isPunctuation: true)
            } else {
                switch first.kindToCLIP {
                case .space: rest = rest.dropFirst()
                case .digit: take(1, isPunctuation: false)
                case let kind: take(rest.prefix { $0.kindToCLIP == kind }.count, isPunctuation: kind == .other)
                }
            }
        }
        return words
    }

    private static let specials = ["<|startoftext|>", "<|endoftext|>"].map { Array($0.unicodeScalars) }
    private static let endings = ["'s", "'t", "'re", "'ve", "'m", "'ll", "'d"].map { Array($0.unicodeScalars) }
}

extension Unicode.Scalar {
    fileprivate enum KindToCLIP {
        case space, letter, digit, other
    }

    /// The kind in the reference's tables, which are those of Unicode 16, where younger characters are unassigned.
    fileprivate var kindToCLIP: KindToCLIP {
        guard (properties.age?.major ?? 0) <= 16 else { return .other }
        return switch properties.generalCategory {
        case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter: .letter
        case .decimalNumber, .letterNumber, .otherNumber: .digit
        default: properties.isWhitespace ? .space : .other
        }
    }
}
