import Foundation

/// The table that SentencePiece normalises characters by: a trie of what is replaced, as a double array, over the replacements
/// (`spm_precompiled` of Hugging Face; Aoe, IEEE Trans. Software Eng. 15, 1989).
struct CharacterMap: Sendable {
    private let units: [UInt32]
    /// Replacements in UTF-8, each ended by 0.
    private let replacements: [UInt8]

    /// Largest cluster that is looked up whole, in bytes.
    private static let longestCluster = 5

    /// Nil for what is no such table.
    init?(_ data: Data) {
        let bytes = [UInt8](data)
        guard bytes.count >= 4 else { return nil }
        let number = { (at: Int) in (0..<4).reduce(UInt32(0)) { $0 | UInt32(bytes[at + $1]) << (8 * $1) } }
        let length = Int(number(0))
        guard length % 4 == 0, length > 0, 4 + length <= bytes.count else { return nil }
        units = stride(from: 4, to: 4 + length, by: 4).map(number)
        replacements = Array(bytes[(4 + length)...])
    }

    /// Replaces clusters that the table has, else characters.
    func callAsFunction(_ text: String) -> [Unicode.Scalar] {
        var mapped: [Unicode.Scalar] = []
        for cluster in text {
            let bytes = Array(cluster.utf8)
            if bytes.count <= Self.longestCluster, let replacement = replacement(of: bytes) {
                mapped += replacement
                continue
            }
            for scalar in cluster.unicodeScalars {
                mapped += replacement(of: Array(scalar.utf8)) ?? [scalar]
            }
        }
        return mapped
    }

    /// What becomes of a text where of the beginnings that the table has the longest counts, as in SentencePiece itself: each
    /// replacement, and each character that has none.
    func replacedByLongest(_ text: String) -> [[Unicode.Scalar]] {
        let bytes = Array(text.utf8)
        var parts: [[Unicode.Scalar]] = []
        var next = 0
        var place = 0
        for scalar in text.unicodeScalars {
            defer { place += scalar.utf8.count }
            // Within what was replaced.
            guard place >= next else { continue }
            if let (replacement, end) = longest(in: bytes, from: place) {
                parts.append(replacement)
                next = end
            } else {
                parts.append([scalar])
            }
        }
        return parts
    }

    private func longest(in bytes: [UInt8], from start: Int) -> (replacement: [Unicode.Scalar], end: Int)? {
        var found: (Int, Int)?
        visit(bytes[start...]) { offset, end in
            found = (offset, end)
            return true
        }
        return found.map { (text(at: $0.0), $0.1) }
    }

    /// The replacement of the shortest beginning of `bytes` that the table has, as the reference takes it.
    private func replacement(of bytes: [UInt8]) -> [Unicode.Scalar]? {
        var found: Int?
        visit(bytes[...]) { offset, _ in
            found = offset
            return false
        }
        return found.map(text)
    }

    /// Calls `body` with the place of the replacement and the end of every beginning of `bytes` that the table has, the shortest
    /// first, until it returns false.
    private func visit(_ bytes: ArraySlice<UInt8>, _ body: (_ offset: Int, _ end: Int) -> Bool) {
        var place = offset(of: units[0])
        for (index, byte) in zip(bytes.indices, bytes) {
            if byte == 0 { return }
            place ^= Int(byte)
            guard place < units.count else { return }
            let unit = units[place]
            guard unit & (1 << 31 | 0xFF) == UInt32(byte) else { return }
            place ^= offset(of: unit)
            guard place < units.count else { return }
            if unit >> 8 & 1 == 1, !body(Int(units[place] & ~(1 << 31)), index + 1) { return }
        }
    }

    private func text(at start: Int) -> [Unicode.Scalar] {
        guard start < replacements.count else { return [] }
        return Array(String(decoding: replacements[start...].prefix { $0 != 0 }, as: UTF8.self).unicodeScalars)
    }

    private func offset(of unit: UInt32) -> Int { Int(unit >> 10) << Int((unit & 1 << 9) >> 6) }
}
