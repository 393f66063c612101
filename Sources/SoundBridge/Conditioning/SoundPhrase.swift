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
        let said = names.prefix(Self.mostNames).enumerated().filter {
            $0.offset == 0 || $0.element.score >= Self.leastShare
        }
        let subject = Self.list(said.map { Self.words(of: $0.element.label) })
        let manner = Self.list(traits.map { [$0.volume, $0.colour, $0.pace].compactMap(\.self) } ?? [])
        return [subject, manner, traits?.distance ?? ""].filter { !$0.isEmpty }.joined(separator: ", ")
    }

    /// A label before its first comma, without remarks in brackets, in lower case.
    private static func words(of label: String) -> String {
        let words = label.prefix { $0 != "," && $0 != "(" }
        return words.split(separator: " ").joined(separator: " ").lowercased()
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
        if onsetRate < 0.3 { return "steady" }
        if onsetRate < 1.2 { return "slow" }
        return onsetRate >= 4 ? "rapid" : nil
    }

    /// Sounds that come and go stand far out of what is around when they are near; of steady ones nothing can be said.
    fileprivate var distance: String? {
        guard onsetRate >= 0.3 else { return nil }
        if contrast >= 40 { return "close by" }
        return contrast <= 15 ? "far away" : nil
    }
}
