import Foundation
import FrozenEncoders
import LatentStore
import TensorCore

/// Labelled items, not yet encoded or given as latents.
public struct ZeroShotSource: Sendable {
    /// Modality of the items; nil for latents that do not state it.
    public let modality: Modality?
    let name: String
    private let items: [LabelledItem]
    private let latents: (set: LatentSet, rows: [Int])?
    private let folder: URL

    public var count: Int { items.count }

    /// The distinct labels, in the order of their bytes.
    public var labels: [String] {
        Set(items.map(\.label)).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }

    /// Takes files below a folder. The name of the first decides the modality of all.
    ///
    /// - Parameters:
    ///   - items: At least one.
    ///   - name: Name of the source in error messages.
    public init(items: [LabelledItem], in folder: URL, name: String) {
        (self.items, self.folder, self.name, latents) = (items, folder, name, nil)
        modality = Modality(ofFileNamed: items[0].id)
    }

    /// Takes the rows of a set that a table gives labels.
    /// Throws `DatasetError.unknownItem` for an item without a row in the set.
    ///
    /// - Parameters:
    ///   - name: Name of the set in error messages.
    ///   - labels: Name of the table in error messages.
    public init(items: [LabelledItem], latents set: LatentSet, name: String, labels: String) throws {
        let rows = Dictionary(set.ids.enumerated().map { ($0.element, $0.offset) }) { first, _ in first }
        let chosen = try items.map { item in
            guard let row = rows[item.id] else { throw DatasetError.unknownItem(file: labels, id: item.id, in: name) }
            return row
        }
        (self.items, self.name, modality) = (items, name, LatentKind(set).modality)
        (latents, folder) = ((set, chosen), URL(filePath: ""))
    }

    /// Encodes the items for several methods: each method gets the same items, those that can be decoded for all.
    /// Each file is encoded once by each encoder, however many methods share it.
    ///
    /// - Parameters:
    ///   - onItem: Called before each file is encoded, with its index and name.
    ///   - onFailure: Called once with the error when a file cannot be decoded; the file is left out.
    /// - Throws: `SpaceError`; `ModelError`; `DatasetError.nothingReadable` when no item is left.
    @ComputeActor
    public func items(
        for methods: [ZeroShotMethod], onItem: (Int, String) -> Void, onFailure: (any Error) -> Void
    ) throws -> [ZeroShotItems] {
        if let latents {
            let items = ZeroShotItems(
                items, latents: latents.set.rows(latents.rows), kind: LatentKind(latents.set), source: name)
            return methods.map { _ in items }
        }
        var failed: Set<Int> = []
        var found: [ZeroShotItems?] = methods.map { _ in nil }
        for places in try Self.sharing(methods) {
            guard let encoder = methods[places[0]].itemEncoder else { continue }
            let (indices, latents) = try encoder.readable(
                files, widths: places.map { try methods[$0].items.inputSize() },
                onFile: { onItem($0, items[$0].id) },
                onFailure: { if failed.insert($0).inserted { onFailure($1) } })
            for (place, latents) in zip(places, latents) {
                found[place] = ZeroShotItems(
                    indices.map { items[$0] }, places: indices, latents: latents,
                    kind: LatentKind(encoder: encoder.name, modality: encoder.modality, channels: latents.channels),
                    source: name)
            }
        }
        let kept = Set(items.indices).subtracting(failed)
        return found.compactMap { failed.isEmpty ? $0 : $0?.keeping(kept) }
    }

    private var files: [URL] {
        items.map { $0.id.hasPrefix("/") ? URL(filePath: $0.id) : folder.appending(path: $0.id) }
    }

    /// Returns indices of methods, grouped by encoder. Throws `SpaceError.noEncoder`.
    private static func sharing(_ methods: [ZeroShotMethod]) throws -> [[Int]] {
        var groups: [(folders: [URL], places: [Int])] = []
        for (place, method) in methods.enumerated() {
            guard let encoder = method.itemEncoder else { throw SpaceError.noEncoder(method: method.name) }
            if let index = groups.firstIndex(where: { $0.folders == encoder.folders }) {
                groups[index].places.append(place)
            } else {
                groups.append((encoder.folders, [place]))
            }
        }
        return groups.map(\.places)
    }
}
