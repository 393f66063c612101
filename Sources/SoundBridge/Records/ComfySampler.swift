/// A sampler of a graph with what leads to it.
struct ComfySampler {
    let id: String
    private let node: ComfyGraph.Node
    private let graph: ComfyGraph
    /// The nodes that its latents come from.
    private let sources: [ComfyGraph.Node]

    /// Finds the sampler that no other comes before; nil for none.
    init?(firstOf graph: ComfyGraph) {
        guard var id = graph.ids.first(where: { Self.isSampler(graph.nodes[$0]!) }) else { return nil }
        var seen: Set = [id]
        var sources = Self.sources(of: id, graph)
        // More passes than anybody makes.
        while seen.count < 64, let earlier = sources.first(where: { Self.isSampler($0.node) && !seen.contains($0.id) })
        {
            id = earlier.id
            seen.insert(id)
            sources = Self.sources(of: id, graph)
        }
        (self.id, self.graph, node) = (id, graph, graph.nodes[id]!)
        self.sources = sources.map(\.node)
    }

    /// ComfyUI's own samplers, and those of extensions, which have the inputs of its first.
    private static func isSampler(_ node: ComfyGraph.Node) -> Bool {
        node.kind.hasPrefix("SamplerCustom") || node.inputs["sampler_name"] != nil && node.inputs["steps"] != nil
    }

    /// Nodes that a sampler's latents or pixels come from, up to the next sampler.
    private static func sources(of id: String, _ graph: ComfyGraph) -> [(id: String, node: ComfyGraph.Node)] {
        let others: Set = ["model", "clip", "vae", "positive", "negative", "conditioning", "control_net"]
        func inputs(_ node: ComfyGraph.Node) -> [String] { node.linkNames.filter { !others.contains($0) } }
        guard let node = graph.nodes[id] else { return [] }
        return graph.upstream(of: inputs(node).sorted().compactMap(node.link)) { node, _ in
            isSampler(node) ? [] : inputs(node)
        }
    }

    /// A value of the sampler's own, or of the nodes that lead to an input.
    func value(_ names: [String], by input: String) -> String? {
        if let value = graph.value(names, of: node) { return value }
        guard let link = node.link(input) else { return nil }
        return graph.upstream(of: [link]) { node, _ in node.linkNames.filter { $0 != "model" } }.lazy
            .compactMap { graph.value(names, of: $0.node) }.first
    }

    /// The size of the empty latents that it starts from.
    var size: String? {
        sources.lazy.filter { $0.kind.hasPrefix("Empty") }.compactMap { node in
            guard let width = graph.value(["width"], of: node), let height = graph.value(["height"], of: node) else {
                return nil
            }
            return "\(width)x\(height)"
        }.first
    }

    var startsFromPicture: Bool { sources.contains { $0.kind.hasPrefix("LoadImage") } }

    func hasInput(of names: [String]) -> Bool { names.contains { node.inputs[$0] != nil } }

    /// The words that lead to the first of these inputs, several texts joined by commas; nil for none.
    func text(of names: [String]) -> String? {
        let start = ([node] + guiders).lazy.compactMap { node in names.lazy.compactMap { node.link($0) }.first }.first
        guard let start else { return nil }
        let encoders = graph.upstream(of: [start], follows: Self.conditions).filter { Self.isEncoder($0.node) }
        let texts = encoders.flatMap { encoder in
            Self.textNames.compactMap { graph.value([$0], of: encoder.node) }
        }
        var known: Set<String> = []
        return texts.isEmpty ? nil : texts.filter { known.insert($0).inserted }.joined(separator: ", ")
    }

    private var guiders: [ComfyGraph.Node] {
        node.link("guider").flatMap { graph.nodes[$0.id] }.map { [$0] } ?? []
    }

    private static func isEncoder(_ node: ComfyGraph.Node) -> Bool { node.kind.contains("CLIPTextEncode") }

    /// Names that encoders give their words: one text, or one for each of their networks.
    private static let textNames = ["text", "text_g", "text_l", "t5xxl", "clip_l"]

    /// Where conditions come from. A node that passes two on has the positive one at its first output.
    private static func conditions(_ node: ComfyGraph.Node, _ output: Int) -> [String] {
        if isEncoder(node) || node.kind == "ConditioningZeroOut" { return [] }
        if node.link("positive") != nil, node.link("negative") != nil {
            return output < 2 ? [output == 0 ? "positive" : "negative"] : []
        }
        let named = node.linkNames.filter { $0.hasPrefix("conditioning") }
        return named.isEmpty ? node.linkNames : named
    }
}
