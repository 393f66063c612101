import Foundation
import TensorCore

@testable import FuseMix

/// The adapter in plain double arithmetic: slow, simple, one row at a time.
struct TowerTwin {
    let form: AdapterForm
    let inputSize: Int
    let outputSize: Int
    /// Tensors by name, without the side's prefix.
    var weights: [String: [Double]]

    /// Maps one row of latents to one row of length 1. `factor(block, channel)` is dropout's: 0 or 1 / (1 − share).
    func point(_ latent: [Double], factor: (_ block: Int, _ channel: Int) -> Double) -> [Double] {
        var stream = form.width == inputSize ? latent : linear("input_projection", latent)
        for block in 0..<form.blocks {
            let hidden = linear("blocks.\(block).up", norm("blocks.\(block).norm", stream))
            let dropped = hidden.enumerated().map { gelu($1) * factor(block, $0) }
            stream = zip(stream, linear("blocks.\(block).down", dropped)).map(+)
        }
        let output = linear("output_projection", norm("norm", stream))
        let length = output.reduce(0) { $0 + $1 * $1 }.squareRoot()
        return output.map { $0 / length }
    }

    private func gelu(_ x: Double) -> Double { 0.5 * x * (1 + erf(x / 2.0.squareRoot())) }

    private func linear(_ name: String, _ x: [Double]) -> [Double] {
        let weight = weights["\(name).weight"]!
        return weights["\(name).bias"]!.enumerated().map { row, bias in
            x.indices.reduce(bias) { $0 + weight[row * x.count + $1] * x[$1] }
        }
    }

    private func norm(_ name: String, _ x: [Double]) -> [Double] {
        let mean = x.reduce(0, +) / Double(x.count)
        let variance = x.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(x.count)
        let weight = weights["\(name).weight"]!, bias = weights["\(name).bias"]!
        return x.indices.map {
            (x[$0] - mean) / (variance + Double(AdapterForm.epsilon)).squareRoot() * weight[$0] + bias[$0]
        }
    }
}

/// Returns reproducible values in [-1, 1) that look random.
func randomTensor(_ shape: [Int], seed: UInt64) -> Tensor {
    let stream = RandomStream(seed: seed, .weights, time: 9999)
    return Tensor((0..<shape.reduce(1, *)).map { Float(2 * stream.uniform($0) - 1) }, shape: shape)
}

/// Returns ‖a − b‖ / ‖b‖; 0 where both are zero.
func relativeError(_ a: [Double], _ b: [Double]) -> Double {
    precondition(a.count == b.count)
    let difference = zip(a, b).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }.squareRoot()
    let length = b.reduce(0) { $0 + $1 * $1 }.squareRoot()
    return difference == 0 ? 0 : difference / length
}
