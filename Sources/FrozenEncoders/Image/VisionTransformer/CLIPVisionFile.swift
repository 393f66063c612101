import FilesOnDisk

/// The `config.json` of a CLIP, or of its vision tower alone, in the layout of transformers.
struct CLIPVisionFile: CheckedJSON {
    private let modelType: String
    private let architectures: [String]?
    private let vision: ConfiguredVision
    private let projectionSize: Int

    private enum CodingKeys: String, CodingKey {
        case architectures
        case modelType = "model_type"
        case projectionSize = "projection_dim"
        case vision = "vision_config"
    }

    init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        modelType = try fields.decode(String.self, forKey: .modelType)
        architectures = try fields.decodeIfPresent([String].self, forKey: .architectures)
        projectionSize = try fields.value(.projectionSize, default: 512)
        let section = modelType == "clip" ? try fields.superDecoder(forKey: .vision) : decoder
        vision = try ConfiguredVision(
            from: section,
            tower: ConfiguredTower(from: section, usual: (768, 3072, 12, 12, "quick_gelu", 1e-5)),
            usual: (224, 32))
    }

    func validate(_ check: FieldCheck) throws {
        try check.require(["clip", "clip_vision_model"].contains(modelType), "model_type", "clip or clip_vision_model")
        try vision.validate(check, section: modelType == "clip" ? "vision_config." : "")
        try check.require(projectionSize, in: 1...16_384, "projection_dim")
    }

    var model: VisionModel {
        let projects = modelType == "clip" || architectures?.contains("CLIPVisionModelWithProjection") ?? false
        var form = vision.form
        (form.hasPatchBias, form.isNormalizedBefore) = (false, true)
        return VisionModel(
            form: form,
            names: VisionTransformer.Names(
                patches: "embeddings.patch_embedding", positions: "embeddings.position_embedding.weight",
                classToken: "embeddings.class_embedding", layers: "encoder.layers", norm: "post_layernorm",
                normBefore: "pre_layrnorm"),
            pooling: projects ? .projection(projectionSize) : .classToken,
            dispensable: ["embeddings.position_ids"],
            prefixes: [("vision_model.", ""), ("text_model.", nil), ("text_projection.", nil), ("logit_scale", nil)])
    }
}
