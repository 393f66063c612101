import FilesOnDisk
import Foundation

/// Pictures that a model was trained on, not yet encoded.
public struct TrainingPictures: Sendable {
    /// What errors call them.
    public let name: String
    let files: [URL]

    /// The pictures in a folder and the folders below it, or those that a table (`.tsv`) names in its first column.
    /// Throws `DatasetError`.
    ///
    /// - Parameter media: The folder that the paths of a table start from; its own when nil.
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
