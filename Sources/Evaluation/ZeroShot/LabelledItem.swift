import Foundation

/// A clip or picture of a known class.
public struct LabelledItem: Sendable, Equatable {
    /// A path as it was written, or the id of a latent.
    public let id: String
    public let label: String
    /// Items of one group are resampled together; by default each is its own.
    public let group: String
}
