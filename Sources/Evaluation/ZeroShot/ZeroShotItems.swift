import TensorCore

/// Labelled latents, ready to be classified.
public struct ZeroShotItems: Sendable {
    let items: [LabelledItem]
    /// A row for each item.
    let latents: Tensor
    let kind: LatentKind
    /// What errors call them.
    let source: String

    public init(_ items: [LabelledItem], latents: Tensor, kind: LatentKind, source: String) {
        precondition(items.count == latents.shape[0], "a row for each item")
        (self.items, self.latents, self.kind, self.source) = (items, latents, kind, source)
    }

    /// Of each item the index of its group.
    var groups: [Int] {
        var indices: [String: Int] = [:]
        return items.map { item in
            let index = indices[item.group, default: indices.count]
            indices[item.group] = index
            return index
        }
    }
}
