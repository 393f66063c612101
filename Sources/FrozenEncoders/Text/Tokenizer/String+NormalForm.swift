import Foundation

extension String {
    /// The scalars in a normal form of Unicode.
    ///
    /// Foundation takes a character beyond the Basic Multilingual Plane for the one of the lower half of its number when a mark
    /// follows, so each of those is normalised alone.
    func scalars(normalizedBy form: (String) -> String) -> [Unicode.Scalar] {
        var normalized: [Unicode.Scalar] = []
        var rest = Array(unicodeScalars)[...]
        while let first = rest.first {
            let run = first.value > 0xFFFF ? rest.prefix(1) : rest.prefix { $0.value <= 0xFFFF }
            normalized += form(String(run)).unicodeScalars
            rest = rest.dropFirst(run.count)
        }
        return normalized
    }
}
