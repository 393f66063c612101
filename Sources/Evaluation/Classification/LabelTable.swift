import Foundation

/// Readers of item labels, from a table or from a folder of folders.
public enum LabelTable {
    /// Reads lines of an item's path or id, a tab and its label, optionally followed by a tab and its group; a first
    /// line that reads `path` or `id`, `label`, … names the columns. Throws `DatasetError`.
    public static func items(at url: URL) throws -> [LabelledItem] {
        let file = url.path(percentEncoded: false)
        var rows = try AnnotationText.tabbed(at: url)
        if let first = rows.first?.fields, first.count >= 2, ["path", "id"].contains(first[0]), first[1] == "label" {
            rows.removeFirst()
        }
        var seen: Set<String> = []
        let items = try rows.map { line, fields in
            guard (2...3).contains(fields.count), !fields[0].isEmpty, !fields[1].isEmpty else {
                throw DatasetError.malformed(
                    file: file, place: "Line \(line)", expected: "a path or id, a tab, a label, and perhaps a group")
            }
            guard seen.insert(fields[0]).inserted else {
                throw DatasetError.malformed(file: file, place: "Line \(line)", expected: "each item once")
            }
            return LabelledItem(id: fields[0], label: fields[1], group: fields.count > 2 ? fields[2] : fields[0])
        }
        guard !items.isEmpty else { throw DatasetError.noLabels(file: file) }
        return items
    }

    /// Reads the files in the subfolders of a folder, whose names are the labels; sorted by label, then by name. Ids
    /// are paths below the folder. Hidden names are skipped. Throws `DatasetError`.
    public static func items(inFoldersOf folder: URL) throws -> [LabelledItem] {
        let items = try contents(of: folder).filter(\.hasDirectoryPath).flatMap { classFolder in
            let label = classFolder.lastPathComponent
            return try contents(of: classFolder).filter { !$0.hasDirectoryPath }.map { file in
                let id = "\(label)/\(file.lastPathComponent)"
                return LabelledItem(id: id, label: label, group: id)
            }
        }
        guard !items.isEmpty else { throw DatasetError.noLabels(file: folder.path(percentEncoded: false)) }
        return items
    }

    private static func contents(of folder: URL) throws -> [URL] {
        do {
            return try FileManager.default.contentsOfDirectory(
                at: folder, includingPropertiesForKeys: [.isDirectoryKey], options: .skipsHiddenFiles
            ).sorted { $0.lastPathComponent.utf8.lexicographicallyPrecedes($1.lastPathComponent.utf8) }
        } catch {
            throw DatasetError.unreadable(
                file: folder.path(percentEncoded: false), reason: "it is not a folder or may not be read")
        }
    }
}

/// A clip or picture of a known class.
public struct LabelledItem: Sendable, Equatable {
    /// A path as it was written, or the id of a latent.
    public let id: String
    public let label: String
    /// Group of the item. Items of one group are resampled together; by default each has its own.
    public let group: String
}

extension Sequence<String> {
    /// The index of each name among the different ones, in the order of their first places.
    func numbered() -> [Int] {
        var indices: [String: Int] = [:]
        return map { name in
            let index = indices[name, default: indices.count]
            indices[name] = index
            return index
        }
    }
}
