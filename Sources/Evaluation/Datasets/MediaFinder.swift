import FilesOnDisk
import Foundation

/// Finds a dataset's media below a folder: at the path that the annotations name, in the folders that the dataset is
/// published in, or anywhere below by a name that only one file has.
struct MediaFinder {
    private let folder: String
    private let usualFolders: [String]
    /// The file of each name below the folder, nil where several have it; made when a file is not where it should be.
    private var names: [String: String?]?

    /// - Parameter usualFolders: Folders below `folder` to look in next, the likeliest first.
    init(_ folder: URL, usualFolders: [String]) {
        (self.folder, self.usualFolders) = (folder.path(percentEncoded: false), usualFolders)
    }

    /// Returns the file of the first of the paths that is found; nil when there is none.
    mutating func file(of paths: [String]) -> URL? {
        for place in [folder] + usualFolders.map({ FolderListing.join(folder, $0) }) {
            for path in paths {
                let file = URL(filePath: path.hasPrefix("/") ? path : FolderListing.join(place, path))
                if FileManager.default.isFile(file) { return file }
            }
        }
        let names = names ?? Self.names(below: folder)
        self.names = names
        return paths.lazy.compactMap { names[URL(filePath: $0).lastPathComponent] ?? nil }.first
            .map { URL(filePath: FolderListing.join(folder, $0)) }
    }

    private static func names(below folder: String) -> [String: String?] {
        let files = FolderListing(folder, of: .picture).files + FolderListing(folder, of: .sound).files
        return Dictionary(files.map { (URL(filePath: $0).lastPathComponent, $0) }) { _, _ in nil }
    }
}

extension AnnotationFormat {
    /// Folders that the media lie in where the dataset is unpacked, the likeliest first.
    func usualFolders(annotations: URL) -> [String] {
        let name = annotations.deletingPathExtension().lastPathComponent
        switch self {
        case .karpathy:
            return ["val2014", "train2014", "flickr30k-images", "flickr30k_images"] + Self.flickr8kFolders
        case .coco:
            // captions_val2017.json
            return [String(name.split(separator: "_").last ?? "")] + ["val2017", "val2014", "train2017", "train2014"]
        case .flickr8k: return Self.flickr8kFolders
        case .clotho:
            // clotho_captions_evaluation.csv
            let split = String(name.split(separator: "_").last ?? "")
            return [split, "clotho_audio_\(split)"]
        case .audiocaps: return [name, "audio"]
        case .tsv: return []
        }
    }

    /// The first is spelt so where it is published.
    private static let flickr8kFolders = ["Flicker8k_Dataset", "Flickr8k_Dataset", "Images"]
}

extension FileManager {
    fileprivate func isFile(_ url: URL) -> Bool {
        var isFolder: ObjCBool = false
        return fileExists(atPath: url.path(percentEncoded: false), isDirectory: &isFolder) && !isFolder.boolValue
    }
}
