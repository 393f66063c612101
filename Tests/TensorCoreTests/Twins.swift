import TensorCore

/// Slow, simple versions in double precision, with which the fast routines are compared.
enum Twin {
    /// Returns x [rows, inputs] · weightᵀ [outputs, inputs] + bias.
    static func linear(_ x: [Float], _ weight: [Float], _ bias: [Float], inputs: Int) -> [Double] {
        let (rows, outputs) = (x.count / inputs, bias.count)
        var y: [Double] = []
        for row in 0..<rows {
            for output in 0..<outputs {
                var sum = Double(bias[output])
                for k in 0..<inputs { sum += Double(x[row * inputs + k]) * Double(weight[output * inputs + k]) }
                y.append(sum)
            }
        }
        return y
    }

    /// Convolves one NHWC picture with one [out, in / groups, kh, kw] kernel.
    static func convolution(
        _ x: Tensor, _ weight: Tensor, _ bias: [Float], stride: Int, padding p: Convolution2D.Padding, groups: Int
    ) -> [Double] {
        let (height, width, inputs) = (x.shape[1], x.shape[2], x.shape[3])
        let (outputs, share, kh, kw) = (weight.shape[0], weight.shape[1], weight.shape[2], weight.shape[3])
        let (pixels, kernel) = (x.floats, weight.floats)
        var y: [Double] = []
        for row in windowStarts(height, kh, p.top + p.bottom, stride) {
            for column in windowStarts(width, kw, p.left + p.right, stride) {
                for output in 0..<outputs {
                    var sum = Double(bias[output])
                    for i in 0..<share {
                        let channel = output / (outputs / groups) * share + i
                        for a in 0..<kh {
                            for b in 0..<kw {
                                let (r, c) = (row - p.top + a, column - p.left + b)
                                guard 0..<height ~= r, 0..<width ~= c else { continue }
                                let weight = kernel[((output * share + i) * kh + a) * kw + b]
                                sum += Double(pixels[(r * width + c) * inputs + channel]) * Double(weight)
                            }
                        }
                    }
                    y.append(sum)
                }
            }
        }
        return y
    }

    private static func windowStarts(_ length: Int, _ kernel: Int, _ padding: Int, _ step: Int) -> StrideTo<Int> {
        stride(from: 0, to: length + padding - kernel + 1, by: step)
    }

    /// Computes attention for one item; q [queries, heads · size], k and v [keys, heads · size].
    static func attention(_ q: Tensor, _ k: Tensor, _ v: Tensor, heads: Int, bias: [Float]? = nil) -> [Double] {
        let (queries, channels, count) = (q.shape[0], q.shape[1], k.shape[0])
        let size = channels / heads
        let (qs, ks, vs) = (q.floats, k.floats, v.floats)
        var y = [Double](repeating: 0, count: queries * channels)
        for head in 0..<heads {
            for i in 0..<queries {
                var scores = [Double](repeating: 0, count: count)
                for j in 0..<count {
                    for d in 0..<size {
                        scores[j] +=
                            Double(qs[i * channels + head * size + d]) * Double(ks[j * channels + head * size + d])
                    }
                    scores[j] /= Double(size).squareRoot()
                    if let bias { scores[j] += Double(bias[(head * queries + i) * count + j]) }
                }
                let weights = softmax(scores)
                for j in 0..<count {
                    for d in 0..<size {
                        y[i * channels + head * size + d] += weights[j] * Double(vs[j * channels + head * size + d])
                    }
                }
            }
        }
        return y
    }

    static func softmax(_ x: [Double]) -> [Double] {
        let most = x.max() ?? 0
        let powers = x.map { power(of: $0 - most) }
        let sum = powers.reduce(0, +)
        return powers.map { $0 / sum }
    }
}
