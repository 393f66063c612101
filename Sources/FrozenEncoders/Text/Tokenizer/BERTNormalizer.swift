import Foundation

/// The text normalisation of uncased and cased BERT, as in `tokenizers/src/normalizers/bert.rs` of Hugging Face:
/// removes control characters, sets ideographs apart, strips accents, lowers case.
struct BERTNormalizer: Decodable, Sendable {
    private let cleansText: Bool
    private let separatesIdeographs: Bool
    private let stripsAccents: Bool?
    private let lowercases: Bool

    private enum CodingKeys: String, CodingKey {
        case cleansText = "clean_text"
        case separatesIdeographs = "handle_chinese_chars"
        case stripsAccents = "strip_accents"
        case lowercases = "lowercase"
    }

    /// The scalars of `text`, normalised. The vocabulary knows neither grapheme clusters nor canonical equivalence,
    /// which `String` compares by.
    func callAsFunction(_ text: String) -> [Unicode.Scalar] {
        var scalars = Array(text.unicodeScalars)
        if cleansText {
            scalars = scalars.filter { !$0.isRemovedByBERT }.map { $0.properties.isWhitespace ? " " : $0 }
        }
        if separatesIdeographs {
            scalars = scalars.flatMap { $0.isIdeographToBERT ? [" ", $0, " "] : [$0] }
        }
        if stripsAccents ?? lowercases {
            scalars = Self.decomposed(scalars).filter { $0.categoryToBERT != .nonspacingMark }
        }
        return lowercases ? scalars.flatMap { Array($0.properties.lowercaseMapping.unicodeScalars) } : scalars
    }

    /// Normalisation form D (Unicode Standard Annex 15): each scalar decomposed, then each run of marks in canonical order.
    /// Swift's own orders a run in time that grows with the square of its length.
    private static func decomposed(_ scalars: [Unicode.Scalar]) -> [Unicode.Scalar] {
        var (decomposed, marks): ([Unicode.Scalar], [Unicode.Scalar]) = ([], [])
        for scalar in scalars.flatMap(\.decomposed) {
            if scalar.properties.canonicalCombiningClass == .notReordered {
                decomposed += marks.inCanonicalOrder + [scalar]
                marks = []
            } else {
                marks.append(scalar)
            }
        }
        return decomposed + marks.inCanonicalOrder
    }
}

extension [Unicode.Scalar] {
    fileprivate var inCanonicalOrder: Self {
        count < 2 ? self : sorted { $0.properties.canonicalCombiningClass < $1.properties.canonicalCombiningClass }
    }
}

extension Unicode.Scalar {
    fileprivate var decomposed: [Unicode.Scalar] {
        isASCII ? [self] : Array(String(self).decomposedStringWithCanonicalMapping.unicodeScalars)
    }

    fileprivate var isRemovedByBERT: Bool {
        switch self {
        case "\t", "\n", "\r": false
        case "\0", "\u{FFFD}": true
        default: [.control, .format, .privateUse].contains(categoryToBERT)
        }
    }

    /// The category in the reference's tables, which are those of Unicode 8.0, where younger characters are unassigned.
    /// (Six older letters of other scripts have changed their category since; English vocabularies do not have them.)
    fileprivate var categoryToBERT: Unicode.GeneralCategory {
        (properties.age?.major ?? 0) <= 8 ? properties.generalCategory : .unassigned
    }

    /// Whether the reference counts the block as Chinese; its gap at 2B820…2B91F is kept.
    fileprivate var isIdeographToBERT: Bool {
        switch value {
        case 0x4E00...0x9FFF, 0x3400...0x4DBF, 0x20000...0x2A6DF, 0x2A700...0x2B73F, 0x2B740...0x2B81F,
            0x2B920...0x2CEAF, 0xF900...0xFAFF, 0x2F800...0x2FA1F:
            true
        default: false
        }
    }

    /// Whether BERT counts it as punctuation: ASCII symbols do, other symbols do not.
    var isPunctuationToBERT: Bool {
        switch value {
        case 33...47, 58...64, 91...96, 123...126: true
        case 0..<128: false
        default:
            [
                .connectorPunctuation, .dashPunctuation, .openPunctuation, .closePunctuation,
                .initialPunctuation, .finalPunctuation, .otherPunctuation,
            ].contains(categoryToBERT)
        }
    }
}
