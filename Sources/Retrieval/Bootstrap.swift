import TensorCore

/// 95 % intervals by resampling whole groups with replacement (Efron and Tibshirani, “An Introduction to the
/// Bootstrap”, 1993, chapter 13, the percentile interval).
///
/// Items of one image, clip or recording are drawn together, because its captions are not independent observations. The
/// same seed draws the same groups: draw `i` of replicate `r` is word `i mod 4` of Philox4x32-10 with the counter `(i /
/// 4, r, 0, 0)` and the seed as key, times the number of groups, over 2³².
public struct Bootstrap: Sendable, Codable, Equatable {
    /// Number of replicates, each a new draw of all groups.
    public let replicates: Int
    public let seed: UInt64

    public init(replicates: Int = 1000, seed: UInt64 = 0) {
        precondition(replicates > 0, "at least one replicate")
        (self.replicates, self.seed) = (replicates, seed)
    }

    /// Returns intervals of several statistics, all from the same draws.
    ///
    /// - Parameters:
    ///   - groups: Number of groups, at least 1 and fewer than 2³².
    ///   - statistics: Returns their values when each group counts as often as its weight says. The weights' sum is
    ///     `groups`.
    public func estimates(groups: Int, _ statistics: (_ weights: [Int]) -> [Double]) -> [Estimate] {
        let values = statistics(Array(repeating: 1, count: groups))
        var drawn: [[Double]] = Array(repeating: [], count: values.count)
        for replicate in 0..<replicates {
            for (index, value) in statistics(weights(replicate: replicate, groups: groups)).enumerated() {
                drawn[index].append(value)
            }
        }
        return zip(values, drawn).map { value, drawn in
            let sorted = drawn.sorted()
            return Estimate(
                value: value, low: Self.quantile(0.025, of: sorted), high: Self.quantile(0.975, of: sorted))
        }
    }

    /// Number of times that each group is drawn.
    func weights(replicate: Int, groups: Int) -> [Int] {
        var weights = Array(repeating: 0, count: groups)
        let key = SIMD2(UInt32(truncatingIfNeeded: seed), UInt32(seed >> 32))
        for start in stride(from: 0, to: groups, by: 4) {
            let words = Philox.block(
                counter: SIMD4(UInt32(start / 4), UInt32(truncatingIfNeeded: replicate), 0, 0), key: key)
            for lane in 0..<min(4, groups - start) {
                weights[Int((UInt64(words[lane]) * UInt64(groups)) >> 32)] += 1
            }
        }
        return weights
    }

    /// The quantile, interpolated linearly between two neighbours as in NumPy's `quantile`.
    package static func quantile(_ share: Double, of sorted: [Double]) -> Double {
        let place = share * Double(sorted.count - 1)
        let below = Int(place)
        let above = min(below + 1, sorted.count - 1)
        return sorted[below] + (sorted[above] - sorted[below]) * (place - Double(below))
    }
}

/// A figure with its 95 % interval.
public struct Estimate: Sendable, Codable, Equatable {
    public let value: Double
    /// Lower and upper end of the interval.
    public let low: Double
    public let high: Double

    public init(value: Double, low: Double, high: Double) {
        (self.value, self.low, self.high) = (value, low, high)
    }
}
