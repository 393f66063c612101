import Foundation

/// A prompt that a text encoder read, and its share in the picture's condition.
public struct WeightedPrompt: Sendable, Codable, Equatable {
    public let text: String
    /// From 0 to 1; those of a picture sum to 1.
    public let weight: Float

    public init(_ text: String, weight: Float) {
        (self.text, self.weight) = (text, weight)
    }
}

extension [WeightedPrompt] {
    /// Such as “0.62 a photo of a dog; 0.38 a photo of a bark”.
    public var summary: String {
        map { "\(String(format: "%.2g", $0.weight)) \($0.text)" }.joined(separator: "; ")
    }
}
