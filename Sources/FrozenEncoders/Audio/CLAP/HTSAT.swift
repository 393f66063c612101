import Foundation
import TensorCore

/// HTS-AT: a Swin transformer over a spectrogram that is folded into a square (Chen et al., arXiv 2202.00874).
struct HTSAT: Sendable {
    private let config: CLAPAudioConfig
    /// Batch normalisation of the bands: x · scale + shift.
    private let scale, shift: [Float]
    private let patches: PatchProjection
    private let fusion: SpectrogramFusion?
    private let patchNorm: LayerNorm?
    private let stages: [SwinStage]
    private let finalNorm: LayerNorm

    /// Reads the weights. Throws `TensorFileError`.
    init(_ config: CLAPAudioConfig, _ weights: WeightReader, _ precision: Precision) throws {
        self.config = config
        (scale, shift) = try weights.batchNorm("batch_norm", config.melBins)
        let size = config.patchSize
        patches = try PatchProjection(
            "patch_embed.proj", height: size, width: size, rowStep: size, columnStep: size, outputs: config.width,
            weights, precision)
        fusion = config.fuses ? try SpectrogramFusion("patch_embed", config, weights, precision) : nil
        patchNorm = config.hasPatchNorm ? try weights.layerNorm("patch_embed.norm", config.width, epsilon: 1e-5) : nil
        stages = try config.depths.indices.map { try SwinStage("layers.\($0)", $0, config, weights, precision) }
        finalNorm = try weights.layerNorm("norm", config.hiddenSize, epsilon: 1e-5)
    }

    /// Spectrograms `[frames, bands]`, one or, for a model that fuses, four → `[1, hiddenSize]`.
    func callAsFunction(_ spectrograms: [Tensor]) -> Tensor {
        let pictures = spectrograms.map(folded)
        var embedded = patches(pictures[0])
        if let fusion { embedded = fusion(embedded, parts: Array(pictures.dropFirst())) }
        var tokens = embedded.reshaped([embedded.rows, config.width])
        if let patchNorm { tokens = patchNorm(tokens) }
        tokens = finalNorm(stages.reduce(tokens) { $1($0) })
        return tokens.reshaped([1, tokens.rows, 1, config.hiddenSize]).averagePooled()
    }

    /// `[frames, bands]`, normalised, lengthened and folded: stretches of time stand below each other, bands downwards in each;
    /// `[side, side]`.
    private func folded(_ spectrogram: Tensor) -> Tensor {
        let bands = config.melBins, side = config.pictureSide
        let normalized = Tensor(shape: spectrogram.shape) { y in
            spectrogram.withFloats { x in
                for index in x.indices { y[index] = x[index] * scale[index % bands] + shift[index % bands] }
            }
        }
        let long = normalized.lengthenedBicubically(to: config.frames)
        return Tensor(shape: [side, side]) { picture in
            long.withFloats { x in
                for row in 0..<side {
                    for column in 0..<side {
                        picture[row * side + column] = x[(row / bands * side + column) * bands + row % bands]
                    }
                }
            }
        }
    }
}

extension Tensor {
    /// Rows brought to a greater number along cubic curves, the first and the last kept, as `interpolate` of mode “bicubic” with
    /// aligned corners does; itself where there are as many.
    fileprivate func lengthenedBicubically(to count: Int) -> Tensor {
        let (rows, size) = (shape[0], channels)
        guard count != rows else { return self }
        let step = count > 1 ? Float(rows - 1) / Float(count - 1) : 0
        return Tensor(shape: [count, size]) { y in
            withFloats { x in
                for row in 0..<count {
                    let place = step * Float(row), first = Int(place)
                    let weights = Self.cubicWeights(place - Float(first))
                    let sources = (-1...2).map { min(max(first + $0, 0), rows - 1) * size }
                    for channel in 0..<size {
                        y[row * size + channel] =
                            x[sources[0] + channel] * weights[0] + x[sources[1] + channel] * weights[1]
                            + x[sources[2] + channel] * weights[2] + x[sources[3] + channel] * weights[3]
                    }
                }
            }
        }
    }

    /// Weights of the four neighbours (Keys, “Cubic convolution interpolation for digital image processing”, 1981; a = −3/4).
    private static func cubicWeights(_ t: Float) -> [Float] {
        let a: Float = -0.75
        func near(_ x: Float) -> Float { ((a + 2) * x - (a + 3)) * x * x + 1 }
        func far(_ x: Float) -> Float { ((a * x - 5 * a) * x + 8 * a) * x - 4 * a }
        return [far(t + 1), near(t), near(1 - t), far(2 - t)]
    }
}

extension WeightReader {
    /// Batch normalisation as it is after training, as a factor and a summand for each channel.
    func batchNorm(_ name: String, _ channels: Int) throws -> (scale: [Float], shift: [Float]) {
        let (weight, bias) = (try tensor("\(name).weight", [channels]), try tensor("\(name).bias", [channels]))
        let mean = try tensor("\(name).running_mean", [channels]).floats
        let variance = try tensor("\(name).running_var", [channels]).floats
        let scale = zip(weight.floats, variance).map { $0 / ($1 + 1e-5).squareRoot() }
        return (scale, zip(bias.floats, zip(mean, scale)).map { $0 - $1.0 * $1.1 })
    }
}
