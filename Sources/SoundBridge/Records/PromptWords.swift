/// The words of another program's prompt, without the signs by which such programs weigh words and name networks: here
/// a prompt is a sentence.
///
/// `(words:1.2)` and `((words))` weigh; `\(` is a parenthesis itself; `<lora:name:0.8>` and `embedding:name` name
/// networks; in stable-diffusion-webui `[words]` weighs as well (`modules/prompt_parser.py`, `modules/extra_networks.py`).
struct PromptWords {
    private(set) var words = ""
    private(set) var leftOut: [String] = []

    private let text: [Character]
    private let signs: Set<Character>
    private var depth = 0

    /// - Parameter hasBrackets: whether square brackets weigh as well.
    init(_ text: String, hasBrackets: Bool) {
        self.text = Array(text)
        signs = hasBrackets ? ["(", ")", "[", "]"] : ["(", ")"]
        var at = 0
        while at < self.text.count { at = read(at) }
        tidy()
    }

    /// Reads what stands at a place, and returns the place after it.
    private mutating func read(_ at: Int) -> Int {
        let sign = text[at]
        if sign == "\\", at + 1 < text.count, "()[]\\".contains(text[at + 1]) {
            words.append(text[at + 1])
            return at + 2
        }
        if sign == "<", let (network, end) = network(at + 1) {
            leaveOut(network)
            return end
        }
        if signs.contains(sign) {
            weigh(sign)
            return at + 1
        }
        words.append(sign)
        return at + 1
    }

    private mutating func weigh(_ sign: Character) {
        leaveOut("weights of words")
        if "([".contains(sign) {
            depth += 1
        } else if depth > 0 {
            depth -= 1
            dropWeight()
        }
    }

    /// Drops the `:1.2` at the end of the words.
    private mutating func dropWeight() {
        let tail = words.suffix(16)
        guard let colon = tail.lastIndex(of: ":"), Double(tail[tail.index(after: colon)...].filter { $0 != " " }) != nil
        else { return }
        words.removeLast(tail.distance(from: colon, to: tail.endIndex))
    }

    /// The network named from a place on up to the next `>`, and the place behind that.
    private func network(_ start: Int) -> (String, Int)? {
        let longest = 256
        guard let end = text[start...].prefix(longest).firstIndex(of: ">") else { return nil }
        let parts = String(text[start..<end]).split(separator: ":").map(String.init)
        let kinds = ["lora": "LoRA", "lyco": "LyCORIS", "hypernet": "hypernetwork"]
        guard parts.count > 1, let kind = kinds[parts[0].lowercased()] else { return nil }
        return ("\(kind) \(parts[1])", end + 1)
    }

    private mutating func leaveOut(_ entry: String) {
        if leftOut.count < ForeignSettings.leftOutLimit, !leftOut.contains(entry) { leftOut.append(entry) }
    }

    /// Takes out `embedding:name`, and the commas and spaces that stand alone by now.
    private mutating func tidy() {
        let lines = words.split(separator: "\n").map { line in
            line.split(separator: ",").map { part in
                part.split(separator: " ").filter { word in
                    guard word.lowercased().hasPrefix("embedding:") else { return true }
                    leaveOut("embedding \(word.dropFirst(10))")
                    return false
                }.joined(separator: " ")
            }.filter { !$0.isEmpty }.joined(separator: ", ")
        }
        words = lines.filter { !$0.isEmpty }.joined(separator: "\n")
    }
}
