import Foundation
import TensorCore

func power(of x: Double) -> Double { exp(x) }

/// Returns reproducible values in [-1, 1) that look random.
func randomTensor(_ shape: [Int], seed: UInt64) -> Tensor {
    var state = seed &* 0x9E37_79B9_7F4A_7C15 &+ 1
    return Tensor(
        (0..<shape.reduce(1, *)).map { _ in
            state ^= state << 13
            state ^= state >> 7
            state ^= state << 17
            return Float(Int64(bitPattern: state) >> 40) / Float(1 << 23)
        }, shape: shape)
}

/// Returns the largest excess of |a − b| over |b|·relative + floor; at most 0 when all agree. NaN never agrees.
func excess(_ a: Tensor, _ b: [Double], relative: Double, floor: Double) -> Double {
    precondition(a.count == b.count)
    return zip(a.floats, b).map { x, y in
        let difference = abs(Double(x) - y) - abs(y) * relative - floor
        return difference.isNaN ? .infinity : difference
    }.max() ?? 0
}

func isSameBits(_ a: Tensor, _ b: Tensor) -> Bool {
    a.shape == b.shape && a.floats.map(\.bitPattern) == b.floats.map(\.bitPattern)
}
