import Foundation
import TensorCore

/// Random numbers that depend on (seed, purpose, time, index) alone, so that training needs no generator state: it can
/// go on from any step as if it had never stopped.
///
/// Philox4x32-10 under the key (seed, seed >> 32); the counter is (index, index >> 32, time, purpose).
struct RandomStream: Sendable {
    /// The purpose of the numbers; raw values are the fourth word of the counter. Dropout adds the index of its layer.
    enum Purpose: UInt32 {
        case weights = 1
        case split = 2
        case order = 3
        case mixing = 4
        case noise = 5
        case partners = 6
        case dropout = 256
    }

    private let key: SIMD2<UInt32>
    private let time: UInt32
    private let purpose: UInt32

    /// - Parameter time: The step, epoch or tensor that the numbers are for.
    init(seed: UInt64, _ purpose: Purpose, time: Int) {
        key = SIMD2(UInt32(truncatingIfNeeded: seed), UInt32(truncatingIfNeeded: seed >> 32))
        (self.time, self.purpose) = (UInt32(truncatingIfNeeded: time), purpose.rawValue)
    }

    /// Returns four words; those of different blocks are independent.
    func block(_ index: UInt64) -> SIMD4<UInt32> {
        Philox.block(
            counter: SIMD4(UInt32(truncatingIfNeeded: index), UInt32(index >> 32), time, purpose), key: key)
    }

    /// Returns a number in (0, 1) of 53 bits.
    func uniform(_ index: Int) -> Double {
        let words = block(UInt64(index))
        let bits = UInt64(words[0]) << 32 | UInt64(words[1])
        return (Double(bits >> 11) + 0.5) * 0x1p-53
    }

    /// Returns a number of the standard normal distribution: Box and Muller (1958), two numbers per block.
    func normal(_ index: Int) -> Double {
        let words = block(UInt64(index / 2))
        let radius = (-2 * log((Double(words[0]) + 1) * 0x1p-32)).squareRoot()
        let angle = 2 * .pi * Double(words[1]) * 0x1p-32
        return radius * (index % 2 == 0 ? cos(angle) : sin(angle))
    }

    /// Returns the numbers in a random order: Fisher and Yates's shuffle.
    func shuffled(_ numbers: [Int]) -> [Int] {
        var numbers = numbers
        for last in stride(from: numbers.count - 1, to: 0, by: -1) {
            let words = block(UInt64(last))
            let bits = UInt64(words[0]) << 32 | UInt64(words[1])
            numbers.swapAt(last, Int(bits.multipliedFullWidth(by: UInt64(last + 1)).high))
        }
        return numbers
    }
}
