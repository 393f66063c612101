/// A text as SigLIP was taught with: lower case, without the punctuation of ASCII, each run of white space as one space, none
/// at either end.
///
/// Follows `canonicalize_text` of `tokenization_siglip.py` in Hugging Face transformers, with Python's rules.
struct CanonicalText: Sendable {
    let lowercases: Bool

    func callAsFunction(_ text: String) -> [Unicode.Scalar] {
        let scalars = Array(text.unicodeScalars)
        var canonical: [Unicode.Scalar] = []
        for scalar in lowercases ? Self.lowercased(scalars) : scalars {
            if scalar.isSpaceToPython {
                if canonical.last != " " { canonical.append(" ") }
            } else if !scalar.isASCII || !scalar.isPunctuationToBERT {
                canonical.append(scalar)
            }
        }
        if canonical.last == " " { canonical.removeLast() }
        return Array(canonical.first == " " ? canonical.dropFirst() : canonical[...])
    }

    /// Lower case by Unicode's full mapping, a capital sigma at the end of a word as ς (Unicode Standard, 3.13, Final_Sigma).
    private static func lowercased(_ scalars: [Unicode.Scalar]) -> [Unicode.Scalar] {
        // Whether the last letter or mark that counts has a case: before each place, and, from the end, behind it.
        var isBehindLetter = false
        let behind = scalars.map { scalar in
            defer { if !scalar.properties.isCaseIgnorable { isBehindLetter = scalar.properties.isCased } }
            return isBehindLetter
        }
        var isBeforeLetter = false
        let before = scalars.reversed().map { scalar in
            defer { if !scalar.properties.isCaseIgnorable { isBeforeLetter = scalar.properties.isCased } }
            return isBeforeLetter
        }
        return zip(scalars, zip(behind, before.reversed())).flatMap { scalar, letters in
            scalar == "Σ" && letters.0 && !letters.1 ? ["ς"] : Array(scalar.properties.lowercaseMapping.unicodeScalars)
        }
    }
}

extension Unicode.Scalar {
    /// Also the four separators of information among the controls.
    fileprivate var isSpaceToPython: Bool { properties.isWhitespace || 0x1C...0x1F ~= value }
}
