import FilesOnDisk
import Foundation

extension ForeignSettings {
    /// Reads the form of AUTOMATIC1111's stable-diffusion-webui (`parse_generation_parameters` of
    /// `modules/infotext_utils.py`), which Forge and others write too: the prompt's lines, `Negative prompt:` and its
    /// lines, a line of settings. Nil for text of another form.
    init?(webUI text: String) {
        var lines = text.trimmingCharacters(in: .whitespacesAndNewlines).split(
            separator: "\n", omittingEmptySubsequences: false)
        let pairs = Self.pairs(in: lines.popLast() ?? "")
        // A last line with fewer is one of the prompt.
        guard pairs.count >= 3, pairs.contains(where: { $0.name == "Steps" || $0.name == "Seed" }) else { return nil }
        self.init(program: Self.webUI)
        takePrompts(lines)
        take(pairs)
    }

    private mutating func takePrompts(_ lines: [Substring]) {
        let mark = "Negative prompt:"
        var (prompt, negative): ([String], [String]) = ([], [])
        var isNegative = false
        for line in lines.map({ $0.trimmingCharacters(in: .whitespaces) }) {
            if line.hasPrefix(mark) {
                isNegative = true
                negative.append(line.dropFirst(mark.count).trimmingCharacters(in: .whitespaces))
            } else if isNegative {
                negative.append(line)
            } else {
                prompt.append(line)
            }
        }
        takePrompt(prompt.joined(separator: "\n"), hasBrackets: true)
        takeNegativePrompt(negative.joined(separator: "\n"), hasBrackets: true)
    }

    private mutating func take(_ pairs: [(name: String, value: String)]) {
        let names = Set(pairs.map(\.name))
        // A second, larger pass has a strength of its own.
        let isEnlarged = names.contains { $0.hasPrefix("Hires") }
        for (name, value) in pairs {
            switch name {
            case "Steps": take(.steps, value, called: name)
            case "Sampler": take(.sampler, value, called: name)
            case "Schedule type": take(.scheduler, value, called: name)
            case "RNG": takeGenerator(value)
            case "CFG scale": take(.guidanceScale, value, called: name)
            case "Seed": take(.seed, value, called: name)
            case "Size": take(.size, value, called: name)
            case "Variation seed": take(.variationSeed, value, called: name)
            case "Variation seed strength": take(.variationStrength, value, called: name)
            case "Denoising strength" where !isEnlarged: take(.strength, value, called: name)
            case "Model hash" where names.contains("Model"), "Version": break
            case "Lora hashes":
                for network in value.split(separator: ",") {
                    leaveOut("LoRA", network.prefix { $0 != ":" }.trimmingCharacters(in: .whitespaces))
                }
            default: leaveOut(name, value)
            }
        }
        if names.contains("Variation seed") != names.contains("Variation seed strength") {
            leaveOut("half of a variation")
        }
    }

    /// Takes the random generator: “GPU” and “NV” of stable-diffusion-webui and `cuda` of stable-diffusion.cpp draw alike.
    private mutating func takeGenerator(_ value: String) {
        switch value.lowercased() {
        case "cpu": noise = .diffusers
        case "gpu", "nv", "cuda": noise = .webUI
        default:
            noise = nil
            leaveOut("RNG", value)
        }
    }

    /// The pairs of a line: names of letters, digits, spaces, `-` and `/`, a colon, and a value up to the next comma or a
    /// JSON string.
    static func pairs(in line: some StringProtocol) -> [(name: String, value: String)] {
        let text = Array(line)
        var pairs: [(String, String)] = []
        var at = 0
        while at < text.count {
            let start = text[at...].firstIndex { !$0.isWhitespace } ?? text.count
            let colon = text[start...].firstIndex { !($0.isLetter || $0.isNumber || " _-/".contains($0)) } ?? text.count
            guard colon < text.count, text[colon] == ":", colon > start + 1 else {
                // No name begins here; the next may behind a comma.
                at = (text[colon...].firstIndex(of: ",") ?? text.count) + 1
                continue
            }
            let begin = text[(colon + 1)...].firstIndex { !$0.isWhitespace } ?? text.count
            let (value, end) = quoted(text, begin) ?? plain(text, begin)
            pairs.append((String(text[start..<colon]), value))
            at = end + 1
        }
        return pairs
    }

    private static func plain(_ text: [Character], _ begin: Int) -> (String, Int) {
        let end = text[begin...].firstIndex(of: ",") ?? text.count
        return (String(text[begin..<end]).trimmingCharacters(in: .whitespaces), end)
    }

    /// A JSON string that ends before a comma or at the end; nil for another value.
    private static func quoted(_ text: [Character], _ begin: Int) -> (String, Int)? {
        guard begin < text.count, text[begin] == "\"" else { return nil }
        var end = begin + 1
        while end < text.count, text[end] != "\"" { end += text[end] == "\\" ? 2 : 1 }
        guard end < text.count, end + 1 == text.count || text[end + 1] == "," else { return nil }
        let string = String(text[begin...end])
        return ((try? JSONDecoder().decode(String.self, from: Data(string.utf8))) ?? string, end + 1)
    }
}
