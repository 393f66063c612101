import FilesOnDisk

/// A folder of pictures to evaluate.
enum PictureFolder {
    /// Returns paths, below the folder, of the pictures in it and its subfolders, hidden names skipped, in the order of
    /// their names; at least one. Throws `DatasetError`.
    static func pictures(in path: String) throws -> [String] {
        let listing = FolderListing(path, of: .picture)
        if let unreadable = listing.unlisted.first {
            throw DatasetError.unreadable(file: unreadable.path, reason: "it is not a folder or may not be read")
        }
        guard !listing.files.isEmpty else { throw DatasetError.noLabels(file: path) }
        return listing.files
    }
}
