/// The classes of characters that the regular expressions of GPT-2's and CLIP's tokenizers tell apart: `\s`, `\p{L}`, `\p{N}`
/// and all else.
enum PatternClass {
    case space, letter, digit, other
}

extension Unicode.Scalar {
    /// The class in the reference's tables, which are those of Unicode 16, where younger characters are unassigned.
    var patternClass: PatternClass {
        guard (properties.age?.major ?? 0) <= 16 else { return .other }
        return switch properties.generalCategory {
        case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter: .letter
        case .decimalNumber, .letterNumber, .otherNumber: .digit
        default: properties.isWhitespace ? .space : .other
        }
    }
}
