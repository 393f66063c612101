import TensorCore

/// Labelled latents, ready to be classified.
public struct ZeroShotItems: Sendable {
    let items: [LabelledItem]
    /// Index of each item in its source, ascending.
    public let places: [Int]
    /// Latents, a row for each item.
    let latents: Tensor
    let kind: LatentKind
    /// Name of the source in error messages.
    let source: String

    /// - Parameter places: Indices of the items in their source, ascending; nil for all of it.
    public init(
        _ items: [LabelledItem], places: [Int]? = nil, latents: Tensor, kind: LatentKind, source: String
    ) {
        let places = places ?? Array(items.indices)
        precondition(items.count == latents.shape[0] && places.count == items.count, "a row and a place for each item")
        (self.items, self.places, self.latents, self.kind, self.source) = (items, places, latents, kind, source)
    }

    /// Returns the items at the given places.
    public func keeping(_ kept: Set<Int>) -> ZeroShotItems {
        let rows = places.indices.filter { kept.contains(places[$0]) }
        return ZeroShotItems(
            rows.map { items[$0] }, places: rows.map { places[$0] }, latents: latents.gathered(rows), kind: kind,
            source: source)
    }

    /// The index of each item's group.
    var groups: [Int] { items.map(\.group).numbered() }
}
