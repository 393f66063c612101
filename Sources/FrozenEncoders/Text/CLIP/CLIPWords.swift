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
        for scalar in text.scalars(normalizedBy: \.precomposedStringWithCanonicalMapping) {
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
                switch first.patternClass {
                case .space: rest = rest.dropFirst()
                case .digit: take(1, isPunctuation: false)
                case let kind: take(rest.prefix { $0.patternClass == kind }.count, isPunctuation: kind == .other)
                }
            }
        }
        return words
    }

    private static let specials = ["<|startoftext|>", "<|endoftext|>"].map { Array($0.unicodeScalars) }
    private static let endings = ["'s", "'t", "'re", "'ve", "'m", "'ll", "'d"].map { Array($0.unicodeScalars) }
}
