import Foundation

/// Weights that fade a frame in and out before it is transformed.
public enum WindowFunction: String, Codable, Sendable {
    /// ½ − ½ · cos(2πn / length): the periodic form, the default of `tf.signal.hann_window` and `torch.hann_window`.
    case hann
    case rectangular

    /// `[length]`, computed in double precision.
    public func weights(length: Int) -> [Float] {
        (0..<length).map { n in
            switch self {
            case .hann: Float(0.5 - 0.5 * cos(2 * .pi * Double(n) / Double(length)))
            case .rectangular: 1
            }
        }
    }
}
