import TensorCore

/// The encoder of diffusers' `AutoencoderTiny`, whose layers are numbered in one sequence.
struct TinyEncoder: Sendable {
    private let levels: [(convolution: Convolution2D, blocks: [TinyBlock])]
    private let convOut: Convolution2D

    init(
        _ network: TinyAutoencoder.Configuration.Network, inputs: Int, outputs: Int, _ weights: WeightReader,
        _ precision: Precision
    ) throws {
        let width = network.width
        var number = LayerNumber("encoder")
        levels = try network.blocks.enumerated().map { level, blocks in
            let convolution = try weights.convolution(
                number.next(), level == 0 ? inputs : width, width, stride: level == 0 ? 1 : 2, hasBias: level == 0,
                precision)
            return (
                convolution,
                try (0..<blocks).map { _ in
                    try TinyBlock(
                        number.next(), width, isPooled: network.pooledLevels.contains(level), weights, precision)
                }
            )
        }
        convOut = try weights.convolution(number.next(), width, outputs, precision)
    }

    /// Pictures in [0, 1] → latents.
    func callAsFunction(_ pictures: Tensor) -> Tensor {
        convOut(levels.reduce(pictures) { x, level in level.blocks.reduce(level.convolution(x)) { $1($0) } })
    }
}

/// The decoder of diffusers' `AutoencoderTiny`.
struct TinyDecoder: Sendable {
    private struct Level {
        let blocks: [TinyBlock]
        /// None at the finest level.
        let upsampler: UpsamplingConvolution?
    }

    private let convIn: Convolution2D
    private let levels: [Level]
    private let convOut: Convolution2D

    init(
        _ network: TinyAutoencoder.Configuration.Network, inputs: Int, outputs: Int, _ weights: WeightReader,
        _ precision: Precision
    ) throws {
        let width = network.width
        var number = LayerNumber("decoder")
        convIn = try weights.convolution(number.next(), inputs, width, activation: .relu, precision)
        number.skip()  // ReLU
        levels = try network.blocks.enumerated().map { level, blocks in
            let blocks = try (0..<blocks).map { _ in
                try TinyBlock(
                    number.next(), width, isPooled: network.pooledLevels.contains(level), weights, precision)
            }
            guard level + 1 < network.blocks.count else { return Level(blocks: blocks, upsampler: nil) }
            number.skip()  // enlargement
            return Level(
                blocks: blocks,
                upsampler: try weights.upsamplingConvolution(number.next(), width, hasBias: false, precision))
        }
        convOut = try weights.convolution(number.next(), width, outputs, precision)
    }

    /// Clamped latents → pictures, meant for [0, 1].
    func callAsFunction(_ latents: Tensor) -> Tensor {
        let last = levels.reduce(convIn(latents)) { x, level in
            let x = level.blocks.reduce(x) { $1($0) }
            return level.upsampler?(x) ?? x
        }
        return convOut(last)
    }
}

/// Names layers by their place in the sequence.
private struct LayerNumber {
    private let half: String
    private var number = 0

    init(_ half: String) { self.half = half }

    mutating func next() -> String {
        defer { number += 1 }
        return "\(half).layers.\(number)"
    }

    mutating func skip() { number += 1 }
}
