import Foundation

/// Weights that fade a frame in and out before it is transformed.
public enum WindowFunction: String, Codable, Sendable {
    /// ½ − ½ · cos(2πn / length): the periodic form, the default of `tf.signal.hann_window` and `torch.hann_window`.
    case hann
    /// ½ − ½ · cos(2πn / (length − 1)), which ends in 0 on both sides.
    case symmetricHann = "symmetric-hann"
    case rectangular

    /// `[length]`, computed in double precision.
    public func weights<Weight: BinaryFloatingPoint>(length: Int) -> [Weight] {
        (0..<length).map { n in
            switch self {
            case .hann: Self.hann(n, period: length)
            case .symmetricHann: Self.hann(n, period: max(1, length - 1))
            case .rectangular: 1
            }
        }
    }

    private static func hann<Weight: BinaryFloatingPoint>(_ n: Int, period: Int) -> Weight {
        Weight(0.5 - 0.5 * cos(2 * .pi * Double(n) / Double(period)))
    }
}
