import Foundation
import FrozenEncoders
import LatentStore
import TensorCore

/// Labelled items before they are encoded for a bridge, or as they were encoded already.
public struct ZeroShotSource: Sendable {
    /// Nil for latents that do not say what they are of.
    public let modality: Modality?
    let name: String
    private let items: [LabelledItem]
    private let latents: (set: LatentSet, rows: [Int])?
    private let folder: URL

    public var count: Int { items.count }

    /// Labels, each once, in the order of their bytes.
    public var labels: [String] {
        Set(items.map(\.label)).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }

    /// Files below a folder. What the first one is by its name, all are.
    ///
    /// - Parameters:
    ///   - items: At least one.
    ///   - name: What errors call them.
    public init(items: [LabelledItem], in folder: URL, name: String) {
        (self.items, self.folder, self.name, latents) = (items, folder, name, nil)
        modality = Modality(ofFileNamed: items[0].id)
    }

    /// The rows of a set that a table gives labels.
    /// Throws `DatasetError.unknownItem` for an item that the set has no row of.
    ///
    /// - Parameters:
    ///   - name: What errors call the set.
    ///   - labels: What they call the table.
    public init(items: [LabelledItem], latents set: LatentSet, name: String, labels: String) throws {
        let rows = Dictionary(set.ids.enumerated().map { ($0.element, $0.offset) }) { first, _ in first }
        let chosen = try items.map { item in
            guard let row = rows[item.id] else { throw DatasetError.unknownItem(file: labels, id: item.id, in: name) }
            return row
        }
        (self.items, self.name, modality) = (items, name, LatentKind(set).modality)
        (latents, folder) = ((set, chosen), URL(filePath: ""))
    }

    /// The items as the bridge's encoder has them.
    ///
    /// - Parameters:
    ///   - onItem: Called before each file is encoded with its index and name.
    ///   - onFailure: Told of each file that cannot be decoded by its index, and why; it is left out.
    /// - Throws: `SpaceError`; `DatasetError.nothingReadable` when no item is left.
    @ComputeActor
    public func items(
        for bridge: ZeroShotBridge, onItem: (Int, String) -> Void, onFailure: (Int, any Error) -> Void
    ) throws -> ZeroShotItems {
        if let latents {
            let kind = LatentKind(latents.set)
            return ZeroShotItems(items, latents: latents.set.rows(latents.rows), kind: kind, source: name)
        }
        let files = items.map { $0.id.hasPrefix("/") ? URL(filePath: $0.id) : folder.appending(path: $0.id) }
        let (places, vectors, kind) = try bridge.readable(
            files, onFile: { onItem($0, items[$0].id) }, onFailure: onFailure)
        return ZeroShotItems(places.map { items[$0] }, places: places, latents: vectors, kind: kind, source: name)
    }
}
