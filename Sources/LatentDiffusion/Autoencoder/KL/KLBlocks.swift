import TensorCore

/// The layers of diffusers' `AutoencoderKL`, each made of the weights below a name.
struct KLLayers {
    let configuration: KLAutoencoder.Configuration
    let weights: WeightReader
    let precision: Precision

    func norm(_ name: String, _ channels: Int, activation: Activation = .silu) throws -> GroupNorm {
        try weights.groupNorm(
            name, channels, groups: configuration.normGroups, epsilon: KLAutoencoder.Configuration.normEpsilon,
            activation: activation)
    }

    func convolution(_ name: String, _ inputs: Int, _ outputs: Int, kernel: Int = 3) throws -> Convolution2D {
        try weights.convolution(name, inputs, outputs, kernel: kernel, precision)
    }

    /// Halves the size; the border lies below and to the right only.
    func downsampler(_ name: String, _ channels: Int) throws -> Convolution2D {
        try weights.convolution(
            name + ".downsamplers.0.conv", channels, channels, stride: 2,
            padding: .init(top: 0, left: 0, bottom: 1, right: 1), precision)
    }

    func linear(_ name: String, _ channels: Int) throws -> Linear {
        try weights.linear(name, channels, channels, precision)
    }
}

/// `shortcut(x) + conv(silu(norm(conv(silu(norm(x))))))`; the shortcut is there where the width changes.
struct KLResidualBlock: Sendable {
    private let norm1: GroupNorm
    private let conv1: Convolution2D
    private let norm2: GroupNorm
    private let conv2: Convolution2D
    private let shortcut: Convolution2D?

    init(_ name: String, _ inputs: Int, _ outputs: Int, _ layers: KLLayers) throws {
        norm1 = try layers.norm(name + ".norm1", inputs)
        conv1 = try layers.convolution(name + ".conv1", inputs, outputs)
        norm2 = try layers.norm(name + ".norm2", outputs)
        conv2 = try layers.convolution(name + ".conv2", outputs, outputs)
        shortcut =
            try inputs == outputs ? nil : layers.convolution(name + ".conv_shortcut", inputs, outputs, kernel: 1)
    }

    /// `[batch, height, width, inputs]` → `[batch, height, width, outputs]`.
    func callAsFunction(_ x: Tensor) -> Tensor {
        let branch = conv2(norm2(conv1(norm1(x))))
        return (shortcut?(x) ?? x) + branch
    }
}

/// Self-attention of one head among the pixels, added to its input.
struct KLAttention: Sendable {
    private let norm: GroupNorm
    private let query: Linear
    private let key: Linear
    private let value: Linear
    private let output: Linear

    init(_ name: String, _ channels: Int, _ layers: KLLayers) throws {
        norm = try layers.norm(name + ".group_norm", channels, activation: .none)
        query = try layers.linear(name + ".to_q", channels)
        key = try layers.linear(name + ".to_k", channels)
        value = try layers.linear(name + ".to_v", channels)
        output = try layers.linear(name + ".to_out.0", channels)
    }

    /// `[batch, height, width, channels]` → the same shape.
    func callAsFunction(_ x: Tensor) -> Tensor {
        let pixels = norm(x).reshaped([x.shape[0], x.shape[1] * x.shape[2], x.channels])
        let attended = scaledDotProductAttention(
            query: query(pixels), key: key(pixels), value: value(pixels), heads: 1)
        return x + output(attended).reshaped(x.shape)
    }
}

/// The blocks at the coarsest level, in the middle of encoder and decoder.
struct KLMiddle: Sendable {
    private let first: KLResidualBlock
    private let attention: KLAttention?
    private let second: KLResidualBlock

    init(_ name: String, _ channels: Int, _ layers: KLLayers) throws {
        first = try KLResidualBlock(name + ".resnets.0", channels, channels, layers)
        attention =
            try layers.configuration.hasAttention ? KLAttention(name + ".attentions.0", channels, layers) : nil
        second = try KLResidualBlock(name + ".resnets.1", channels, channels, layers)
    }

    /// `[batch, height, width, channels]` → the same shape.
    func callAsFunction(_ x: Tensor) -> Tensor {
        let x = first(x)
        return second(attention?(x) ?? x)
    }
}
