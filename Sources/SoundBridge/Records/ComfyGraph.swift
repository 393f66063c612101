import Foundation

/// The graph of nodes that ComfyUI writes into a picture: its `prompt`, the form that its API takes (`nodes.py`,
/// `execution.py`). An object with a node for each id: `{"3": {"class_type": "KSampler", "inputs": {"seed": 1,
/// "model": ["4", 0]}}}`, where a pair of an id and a number is a link to an output of another node.
struct ComfyGraph {
    static let keyword = "prompt"

    /// The fault of a graph: the end of a sentence.
    struct Problem: Error, Equatable {
        let sentence: String
    }

    struct Node: Sendable {
        let kind: String
        let inputs: [String: Input]
    }

    enum Input: Sendable, Equatable {
        /// A text, or a number as text.
        case value(String)
        case link(Link)
        case other
    }

    struct Link: Sendable, Equatable {
        let id: String
        let output: Int
    }

    /// More nodes than any graph that a person has drawn, and more inputs than any node has.
    static let nodeLimit = 5000
    static let inputLimit = 1000

    let nodes: [String: Node]
    /// Ids in the order of their numbers.
    let ids: [String]

    /// Throws `Problem` for text that is no graph.
    init(_ text: String) throws {
        let decoder = JSONDecoder()
        // Some nodes leave a NaN behind, which Python writes.
        decoder.allowsJSON5 = true
        guard let entries = try? decoder.decode([String: Lenient<Node>].self, from: Data(text.utf8)) else {
            throw Problem(sentence: "its “\(Self.keyword)” is no object of nodes in JSON")
        }
        guard entries.count <= Self.nodeLimit else {
            throw Problem(sentence: "it has more than \(Self.nodeLimit) nodes")
        }
        let nodes = entries.compactMapValues(\.value)
        self.nodes = nodes
        ids = nodes.keys.sorted { ($0.count, $0) < ($1.count, $1) }
    }

    /// Nodes from links backwards, the nearest first, each once, so that a circle ends.
    ///
    /// - Parameter follows: says of a node, and the output that a link came from, which of its inputs lead on.
    func upstream(of links: [Link], follows: (Node, Int) -> [String]) -> [(id: String, node: Node)] {
        var waiting = links[...]
        var seen: Set<String> = []
        var found: [(String, Node)] = []
        while let next = waiting.popFirst() {
            guard let node = nodes[next.id], seen.insert(next.id).inserted else { continue }
            found.append((next.id, node))
            waiting += follows(node, next.output).sorted().compactMap { node.link($0) }
        }
        return found
    }

    /// The value of a node's input; one that is a link is looked up where it leads, a few nodes far.
    func value(_ names: [String], of node: Node) -> String? {
        guard let name = names.first(where: { node.inputs[$0] != nil }) else { return nil }
        var input = node.inputs[name]
        for _ in 0..<8 {
            switch input {
            case .value(let text): return text
            case .link(let link):
                let inputs = nodes[link.id]?.inputs ?? [:]
                input = (names + Self.valueNames).lazy.compactMap { inputs[$0] }.first
            case .other, nil: return nil
            }
        }
        return nil
    }

    /// Names of the value in nodes that hold nothing else.
    private static let valueNames = ["value", "text", "string", "seed", "int", "float", "number"]
}

extension ComfyGraph.Node {
    func link(_ name: String) -> ComfyGraph.Link? {
        if case .link(let link) = inputs[name] { link } else { nil }
    }

    var linkNames: [String] { inputs.keys.filter { link($0) != nil } }
}

// MARK: Decoding

extension ComfyGraph.Node: Decodable {
    private enum CodingKeys: String, CodingKey {
        case kind = "class_type"
        case inputs
    }

    init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        kind = try values.decode(String.self, forKey: .kind)
        inputs = try values.decodeIfPresent([String: ComfyGraph.Input].self, forKey: .inputs) ?? [:]
        guard inputs.count <= ComfyGraph.inputLimit else {
            throw DecodingError.dataCorruptedError(
                forKey: .inputs, in: values, debugDescription: "more inputs than a node has")
        }
    }
}

extension ComfyGraph.Input: Decodable {
    init(from decoder: any Decoder) throws {
        if let value = try? decoder.singleValueContainer() {
            if let text = try? value.decode(String.self) {
                self = .value(text)
                return
            }
            if let number = Self.number(value) {
                self = .value(number)
                return
            }
        }
        self = Self.link(decoder).map(Self.link) ?? .other
    }

    /// A number as text, a whole one without a point.
    private static func number(_ value: any SingleValueDecodingContainer) -> String? {
        if let whole = try? value.decode(UInt64.self) { return "\(whole)" }
        guard let number = try? value.decode(Double.self), number.isFinite else { return nil }
        return Int(exactly: number).map(String.init) ?? "\(number)"
    }

    private static func link(_ decoder: any Decoder) -> ComfyGraph.Link? {
        guard var pair = try? decoder.unkeyedContainer(), pair.count == 2,
            let id = try? pair.decode(String.self), let output = try? pair.decode(Int.self)
        else { return nil }
        return ComfyGraph.Link(id: id, output: output)
    }
}

/// A value where it has the right form, else nothing.
private struct Lenient<Value: Decodable>: Decodable {
    let value: Value?

    init(from decoder: any Decoder) throws { value = try? Value(from: decoder) }
}
