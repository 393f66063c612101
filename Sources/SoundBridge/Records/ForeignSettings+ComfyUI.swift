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
        if let name = sampler.value(["scheduler"], by: "sigmas") { take(.scheduler, name, called: "scheduler") }
        if let size = sampler.size { take(.size, size, called: "size") }
        if let step = sampler.value(["start_at_step"], by: "sigmas"), step != "0" { leaveOut("start_at_step", step) }
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
