/// A figure with its 95 % interval.
public struct Estimate: Sendable, Codable, Equatable {
    public let value: Double
    /// Where the interval begins and ends.
    public let low: Double
    public let high: Double

    public init(value: Double, low: Double, high: Double) {
        (self.value, self.low, self.high) = (value, low, high)
    }
}
