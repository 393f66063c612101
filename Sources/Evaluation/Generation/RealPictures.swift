import FilesOnDisk
import Foundation

/// Real pictures of known concepts, not yet encoded.
public struct RealPictures: Sendable {
    /// Name of the pictures in error messages.
    public let name: String
    let items: [LabelledItem]
    private let folder: URL

    /// Reads a folder of folders named after their concept, or a table (`.tsv`) of lines of a path, a tab, a concept
    /// and, if known, a tab and the picture's source (a set, an artist); without one, each picture is its own source.
    /// Throws `DatasetError`; `GenerationError.tooFewConcepts`.
    ///
    /// - Parameter media: The folder that the paths of a table start from; the table's own when nil.
    public init(at path: String, media: URL? = nil) throws {
        let url = URL(filePath: path)
        name = path
        if url.pathExtension.lowercased() == "tsv" {
            items = try LabelTable.items(at: url)
            folder = media ?? url.deletingLastPathComponent()
        } else {
            folder = URL(filePath: path, directoryHint: .isDirectory)
            items = try LabelTable.items(inFoldersOf: folder)
        }
        guard concepts.count >= 2 else {
            throw GenerationError.tooFewConcepts(source: path, found: concepts.count)
        }
    }

    /// The distinct concepts, in the order of their bytes.
    public var concepts: [String] {
        Set(items.map(\.label)).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }

    var files: [URL] { items.map { folder.appending(pathOrAbsolute: $0.id) } }
}

/// Pictures that a model was trained on, not yet encoded.
public struct TrainingPictures: Sendable {
    /// Name of the pictures in error messages.
    public let name: String
    let files: [URL]

    /// Reads the pictures in a folder and its subfolders, or those in the first column of a table (`.tsv`).
    /// Throws `DatasetError`.
    ///
    /// - Parameter media: The folder that the paths of a table start from; the table's own when nil.
    public init(at path: String, media: URL? = nil) throws {
        let url = URL(filePath: path)
        name = path
        if url.pathExtension.lowercased() == "tsv" {
            let folder = media ?? url.deletingLastPathComponent()
            let paths = try AnnotationText.tabbed(at: url).map(\.fields[0]).filter { $0 != "path" }
            files = paths.map { folder.appending(pathOrAbsolute: $0) }
        } else {
            files = try PictureFolder.pictures(in: path).map { URL(filePath: FolderListing.join(path, $0)) }
        }
        guard !files.isEmpty else { throw DatasetError.noLabels(file: path) }
    }
}
