import FilesOnDisk

/// The `config.json` of a DINOv2, with or without registers, in the layout of transformers.
struct DINOv2File: CheckedJSON {
    private let modelType: String
    private let vision: ConfiguredVision
    private let widening: Double
    private let isGated: Bool
    private let hasBias: Bool
    private let registers: Int

    private enum CodingKeys: String, CodingKey {
        case modelType = "model_type"
        case widening = "mlp_ratio"
        case isGated = "use_swiglu_ffn"
        case hasBias = "qkv_bias"
        case registers = "num_register_tokens"
    }

    init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        modelType = try fields.decode(String.self, forKey: .modelType)
        vision = try ConfiguredVision(
            from: decoder, tower: ConfiguredTower(from: decoder, usual: (768, 3072, 12, 12, "gelu", 1e-6)),
            usual: (224, modelType == "dinov2" ? 14 : 16))
        widening = try fields.value(.widening, default: 4)
        isGated = try fields.value(.isGated, default: false)
        hasBias = try fields.value(.hasBias, default: true)
        registers = modelType == "dinov2" ? 0 : try fields.value(.registers, default: 4)
    }

    func validate(_ check: FieldCheck) throws {
        try check.require(
            ["dinov2", "dinov2_with_registers"].contains(modelType), "model_type", "dinov2 or dinov2_with_registers")
        try vision.validate(check)
        try check.require(widening, in: 0.1...64, "mlp_ratio")
        try check.require(hasBias, "qkv_bias", "true, as in every published DINOv2")
        try check.require(registers, in: 0...1024, "num_register_tokens")
    }

    var model: VisionModel {
        var form = vision.form
        let inner = Int(Double(vision.tower.hidden) * widening)
        // The gate has as many weights again, so there are two thirds of the channels, in eights.
        form.layer.inner = isGated ? (Int(Double(inner) * 2 / 3) + 7) / 8 * 8 : inner
        (form.layer.isGated, form.layer.isScaled, form.registers) = (isGated, true, registers)
        form.interpolation = registers > 0 ? .antialiased : .plain
        return VisionModel(
            form: form,
            names: VisionTransformer.Names(
                patches: "embeddings.patch_embeddings.projection", positions: "embeddings.position_embeddings",
                classToken: "embeddings.cls_token", layers: "encoder.layer", norm: "layernorm",
                registers: "embeddings.register_tokens",
                layer: PreNormLayer.Names(
                    attentionNorm: "norm1", query: "attention.attention.query", key: "attention.attention.key",
                    value: "attention.attention.value", attentionOutput: "attention.output.dense",
                    feedForwardNorm: "norm2", intermediate: isGated ? "mlp.weights_in" : "mlp.fc1",
                    output: isGated ? "mlp.weights_out" : "mlp.fc2", attentionScale: "layer_scale1.lambda1",
                    feedForwardScale: "layer_scale2.lambda1"),
                hasBatchAxis: true),
            pooling: .classToken, dispensable: ["embeddings.mask_token"],
            prefixes: [("dinov2_with_registers.", ""), ("dinov2.", ""), ("classifier.", nil)])
    }
}
