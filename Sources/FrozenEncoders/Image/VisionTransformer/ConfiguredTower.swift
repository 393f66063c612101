import FilesOnDisk
import TensorCore

/// The sizes of a tower as `config.json` gives them, whole or in a section; what is missing is as usual for the family.
struct ConfiguredTower: Sendable {
    let hidden: Int
    let inner: Int
    let layerCount: Int
    let heads: Int
    let activation: String
    let normEpsilon: Float

    enum CodingKeys: String, CodingKey {
        case hidden = "hidden_size"
        case inner = "intermediate_size"
        case layerCount = "num_hidden_layers"
        case heads = "num_attention_heads"
        case activation = "hidden_act"
        case normEpsilon = "layer_norm_eps"
    }

    /// - Parameter usual: The sizes of the family's configuration in transformers.
    init(
        from decoder: any Decoder,
        usual: (hidden: Int, inner: Int, layers: Int, heads: Int, act: String, epsilon: Float)
    ) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        hidden = try fields.value(.hidden, default: usual.hidden)
        inner = try fields.value(.inner, default: usual.inner)
        layerCount = try fields.value(.layerCount, default: usual.layers)
        heads = try fields.value(.heads, default: usual.heads)
        activation = try fields.value(.activation, default: usual.act)
        normEpsilon = try fields.value(.normEpsilon, default: usual.epsilon)
    }

    /// - Parameter section: What stands before the fields' names.
    func validate(_ check: FieldCheck, section: String = "") throws {
        try TransformerActivation.check(
            activation, section + "hidden_act", check, among: TransformerActivation.gelus)
        try TransformerSizes(hidden: hidden, heads: heads, inner: inner, layers: layerCount)
            .validate(check, section: section)
        try check.require(normEpsilon, in: 1e-12...0.1, section + "layer_norm_eps")
    }

    var layer: PreNormLayer.Form {
        PreNormLayer.Form(
            hidden: hidden, inner: inner, heads: heads, normEpsilon: normEpsilon,
            activation: TransformerActivation.named(activation))
    }
}

/// The sizes of a vision tower.
struct ConfiguredVision: Sendable {
    let tower: ConfiguredTower
    let imageSize: Int
    let patch: Int
    let channels: Int

    private enum CodingKeys: String, CodingKey {
        case imageSize = "image_size"
        case patch = "patch_size"
        case channels = "num_channels"
    }

    init(from decoder: any Decoder, tower: ConfiguredTower, usual: (imageSize: Int, patch: Int)) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        self.tower = tower
        imageSize = try fields.value(.imageSize, default: usual.imageSize)
        patch = try fields.value(.patch, default: usual.patch)
        channels = try fields.value(.channels, default: 3)
    }

    func validate(_ check: FieldCheck, section: String = "") throws {
        try tower.validate(check, section: section)
        try check.require(imageSize, in: 1...2048, section + "image_size")
        try check.require(patch, in: 1...imageSize, section + "patch_size")
        try check.require(channels == 3, section + "num_channels", "3, not \(channels)")
    }

    var form: VisionTransformer.Form {
        VisionTransformer.Form(
            layer: tower.layer, layerCount: tower.layerCount, patch: patch, imageSize: imageSize)
    }
}
