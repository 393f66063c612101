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

    /// The replacement of the shortest beginning of `bytes` that the table has, as the reference takes it.
    private func replacement(of bytes: [UInt8]) -> [Unicode.Scalar]? {
        var place = offset(of: units[0])
        for byte in bytes {
            if byte == 0 { return nil }
            place ^= Int(byte)
            guard place < units.count else { return nil }
            let unit = units[place]
            guard unit & (1 << 31 | 0xFF) == UInt32(byte) else { return nil }
            place ^= offset(of: unit)
            guard place < units.count else { return nil }
            if unit >> 8 & 1 == 1 {
                let start = Int(units[place] & ~(1 << 31))
                guard start < replacements.count else { return [] }
                let text = replacements[start...].prefix { $0 != 0 }
                return Array(String(decoding: text, as: UTF8.self).unicodeScalars)
            }
        }
        return nil
    }

    private func offset(of unit: UInt32) -> Int { Int(unit >> 10) << Int((unit & 1 << 9) >> 6) }
}
