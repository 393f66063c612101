import Foundation

extension ForeignSettings {
    /// Reads the settings of the first sampler of a graph: the one that starts from noise or from a picture, not from
    /// what another has drawn. Throws `ComfyGraph.Problem` for a graph without one.
    init(comfyUI graph: ComfyGraph) throws {
        self.init(program: Self.comfyUI)
        guard let sampler = ComfySampler(firstOf: graph) else {
            throw ComfyGraph.Problem(sentence: "none of its nodes is a sampler")
        }
        take(sampler)
        if let text = sampler.text(of: ["positive", "conditioning"]) {
            takePrompt(text, hasBrackets: false)
        } else {
            leaveOut("prompt")
        }
        takeNegativePrompt(sampler.text(of: ["negative"]) ?? "", hasBrackets: false)
        guard !isEmpty else { throw ComfyGraph.Problem(sentence: "the settings of its sampler are no plain values") }
        for id in graph.ids where id != sampler.id { leaveOut(graph.nodes[id]) }
    }

    private mutating func take(_ sampler: ComfySampler) {
        let values: [(Setting, names: [String], input: String)] = [
            (.seed, ["seed", "noise_seed"], "noise"), (.steps, ["steps"], "sigmas"),
            (.guidanceScale, ["cfg"], "guider"), (.sampler, ["sampler_name"], "sampler"),
        ]
        for (setting, names, input) in values {
            if let value = sampler.value(names, by: input) {
                take(setting, value, called: names[0])
            } else if sampler.hasInput(of: names) {
                leaveOut(names[0])
            }
        }
        if let schedule = sampler.value(["scheduler"], by: "sigmas") { leaveOut("scheduler", schedule) }
        if let size = sampler.size { take(.size, size, called: "size") }
        guard let strength = sampler.value(["denoise"], by: "sigmas") else { return }
        if sampler.startsFromPicture {
            take(.strength, strength, called: "denoise")
        } else if strength != "1" {
            leaveOut("denoise", strength)
        }
    }

    /// Notes what a node adds that there is no setting for.
    private mutating func leaveOut(_ node: ComfyGraph.Node?) {
        guard let node else { return }
        let named = [
            ("ckpt_name", "model"), ("unet_name", "model"), ("lora_name", "LoRA"), ("vae_name", "VAE"),
            ("control_net_name", "ControlNet"), ("clip_name", "text encoder"), ("clip_name1", "text encoder"),
            ("image", "picture"),
        ].compactMap { key, word in
            if case .value(let name) = node.inputs[key] { (word, name) } else { nil }
        }
        for (word, name) in named { leaveOut(word, name) }
        if named.isEmpty, !Self.plumbing.contains(where: node.kind.hasPrefix) { leaveOut("node", node.kind) }
    }

    /// Beginnings of the kinds of nodes that are read, or that change nothing.
    private static let plumbing = [
        "BasicGuider", "BasicScheduler", "CFGGuider", "CLIPTextEncode", "ConditioningZeroOut", "Empty",
        "KSamplerSelect",
        "Note", "PreviewImage", "Primitive", "RandomNoise", "Reroute", "SaveImage", "VAEDecode", "VAEEncode",
    ]
}

/// A sampler of a graph with what leads to it.
private struct ComfySampler {
    private static let kinds: Set = ["KSampler", "KSamplerAdvanced", "SamplerCustom", "SamplerCustomAdvanced"]

    let id: String
    private let node: ComfyGraph.Node
    private let graph: ComfyGraph
    /// The nodes that its latents come from.
    private let sources: [ComfyGraph.Node]

    /// Finds the sampler that no other comes before; nil for none.
    init?(firstOf graph: ComfyGraph) {
        guard var id = graph.ids.first(where: { Self.kinds.contains(graph.nodes[$0]!.kind) }) else { return nil }
        var seen: Set = [id]
        var sources = Self.sources(of: id, graph)
        while let earlier = sources.first(where: { Self.kinds.contains($0.node.kind) && !seen.contains($0.id) }) {
            id = earlier.id
            seen.insert(id)
            sources = Self.sources(of: id, graph)
        }
        (self.id, self.graph, node) = (id, graph, graph.nodes[id]!)
        self.sources = sources.map(\.node)
    }

    /// Nodes that a sampler's latents come from, up to the next sampler.
    private static func sources(of id: String, _ graph: ComfyGraph) -> [(id: String, node: ComfyGraph.Node)] {
        guard let link = graph.nodes[id]?.link("latent_image") else { return [] }
        let others: Set = ["model", "clip", "vae", "positive", "negative", "conditioning", "control_net"]
        return graph.upstream(of: link) { node, _ in
            kinds.contains(node.kind) ? [] : node.linkNames.filter { !others.contains($0) }
        }
    }

    /// A value of the sampler's own, or of the nodes that lead to an input.
    func value(_ names: [String], by input: String) -> String? {
        if let value = graph.value(names, of: node) { return value }
        guard let link = node.link(input) else { return nil }
        return graph.upstream(of: link) { node, _ in node.linkNames.filter { $0 != "model" } }.lazy
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
        let encoders = graph.upstream(of: start, follows: Self.conditions).filter { Self.isEncoder($0.node) }
        let texts = encoders.flatMap { encoder in
            Self.textNames.compactMap { graph.value([$0], of: encoder.node) }
        }
        var known: Set<String> = []
        return texts.isEmpty ? nil : texts.filter { known.insert($0).inserted }.joined(separator: ", ")
    }

    private var guiders: [ComfyGraph.Node] {
        node.link("guider").flatMap { graph.nodes[$0.id] }.map { [$0] } ?? []
    }

    private static func isEncoder(_ node: ComfyGraph.Node) -> Bool { node.kind.hasPrefix("CLIPTextEncode") }

    /// What encoders call their words: one text, or one for each of their networks.
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
