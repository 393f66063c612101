import TensorCore

/// Reproducible random numbers (Steele, Lea and Flood's SplitMix64).
public struct SplitMix: RandomNumberGenerator {
    private var state: UInt64

    public init(state: UInt64) { self.state = state }

    public mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed >> 31)
    }

    /// Returns numbers from −1 to 1.
    public mutating func vector(_ channels: Int) -> [Float] {
        (0..<channels).map { _ in Float.random(in: -1...1, using: &self) }
    }

    public mutating func vectors(_ count: Int, _ channels: Int) -> [[Float]] {
        (0..<count).map { _ in vector(channels) }
    }

    public mutating func tensor(_ rows: Int, _ channels: Int) -> Tensor {
        Tensor(vector(rows * channels), shape: [rows, channels])
    }
}
