import FilesOnDisk
import Foundation
import PictureFiles

/// Quick looks at pictures that are being drawn: for each a file beside its place, which goes when the picture is done.
struct PreviewFiles {
    private var paths: Set<String> = []

    /// Writes quick looks at the pictures of tasks, or replaces those before. Throws `AtomicFileError` where another file has
    /// the name.
    mutating func write(_ previews: [Picture], of tasks: [PictureTask]) throws {
        for (preview, task) in zip(previews, tasks) {
            guard case .file(let path) = task.picture.destination else { continue }
            let file = URL(filePath: Self.path(of: path), directoryHint: .notDirectory)
            try AtomicFile.write(preview.pngData(), to: file, overwrite: paths.contains(file.path))
            TemporaryFiles.adopt(file.path)
            paths.insert(file.path)
        }
    }

    /// Removes what was written.
    mutating func remove() {
        for path in paths { TemporaryFiles.remove(path) }
        paths = []
    }

    /// `dog-preview.png` for `dog.png`.
    private static func path(of picture: String) -> String {
        (picture.hasSuffix(".png") ? String(picture.dropLast(4)) : picture) + "-preview.png"
    }
}
