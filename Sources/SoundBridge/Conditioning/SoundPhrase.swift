import FrozenEncoders
import SoundFrontEnd

/// A sound in words: its names, and how loud, bright, quick and near it is, which pictures show too.
///
/// The idea of saying the audible in a prompt comes from SeeingSounds (arXiv 2510.11738). The bounds are round numbers by ear;
/// what lies between them is not worth a word.
struct SoundPhrase: CustomStringConvertible {
    let names: [ScoredLabel]
    let traits: SoundTraits?

    /// Shares below which a name is left out; the first always stays.
    private static let leastShare: Float = 0.15
    private static let mostNames = 3

    var description: String {
        let manner = Self.list(traits.map { [$0.volume, $0.colour, $0.pace].compactMap(\.self) } ?? [])
        return [Self.list(subjects), manner, traits?.distance ?? ""].filter { !$0.isEmpty }.joined(separator: ", ")
    }

    /// Names of the things heard, likeliest first; no word comes twice.
    private var subjects: [String] {
        var (said, known): ([String], Set<String>) = ([], [])
        for (place, name) in names.enumerated() where place == 0 || name.score >= Self.leastShare {
            let words = Self.words(of: name.label)
            guard said.count < Self.mostNames, known.isDisjoint(with: words) else { continue }
            said.append(words.joined(separator: " "))
            known.formUnion(words)
        }
        return said
    }

    /// A label before its first comma, without remarks in brackets, in lower case.
    private static func words(of label: String) -> [String] {
        label.prefix { $0 != "," && $0 != "(" }.lowercased().split(separator: " ").map(String.init)
    }

    private static func list(_ words: [String]) -> String {
        guard words.count > 1 else { return words.first ?? "" }
        return "\(words.dropLast().joined(separator: ", ")) and \(words[words.count - 1])"
    }
}

extension SoundTraits {
    fileprivate var volume: String? {
        if loudness >= -18 { return "loud" }
        return loudness <= -36 ? "quiet" : nil
    }

    fileprivate var colour: String? {
        if brightness >= 3000 { return "bright" }
        return brightness <= 1000 ? "deep" : nil
    }

    fileprivate var pace: String? {
        guard contrast > 12 else { return onsetRate < 0.3 ? "steady" : nil }
        if onsetRate >= 4 { return "rapid" }
        return contrast >= 20 && 0.3..<1 ~= onsetRate ? "slow" : nil
    }

    /// What comes and goes stands far out of what is around when it is near; of steady sounds nothing can be said.
    fileprivate var distance: String? {
        guard onsetRate >= 0.3 else { return nil }
        if contrast >= 40 { return "close by" }
        return contrast <= 15 && loudness <= -30 ? "far away" : nil
    }
}
