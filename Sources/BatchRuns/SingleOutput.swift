import FilesOnDisk
import Foundation

/// The output of a run of one sound, or of none.
struct SingleOutput {
    private static let otherFormats = ["jpg", "jpeg", "webp", "gif", "bmp", "tif", "tiff"]

    /// Nil where the output is a file or standard output.
    let folder: URL?
    private let output: String
    private let input: String?

    /// - Throws: `RunPlanError.notPNG`.
    init(_ output: String, input: String?) throws {
        self.output = output
        self.input = input
        if output != "-" && (output.hasSuffix("/") || FolderListing.isFolder(output)) {
            folder = URL(filePath: output, directoryHint: .isDirectory)
        } else {
            folder = nil
            let end = output.lowercased()
            guard !SingleOutput.otherFormats.contains(where: { end.hasSuffix("." + $0) }) else {
                throw RunPlanError.notPNG(output)
            }
        }
    }

    /// - Throws: `RunPlanError.severalToStandardOutput`.
    func item(seed: UInt64, count: Int) throws -> RunItem {
        let (source, path) = sound
        return RunItem(source: source, relativePath: path, pictures: try pictures(path, seed: seed, count: count))
    }

    private var sound: (RunSource, relativePath: String) {
        guard let input else { return (.none, "") }
        if input == "-" { return (.standardInput, "stdin") }
        let url = URL(filePath: input, directoryHint: .notDirectory)
        return (.file(url), url.lastPathComponent)
    }

    private func pictures(_ soundPath: String, seed: UInt64, count: Int) throws -> [RunPicture] {
        if output == "-" {
            guard count == 1 else { throw RunPlanError.severalToStandardOutput }
            return [RunPicture(seed: seed, destination: .standardOutput)]
        }
        if folder != nil {
            let name = soundPath.isEmpty ? "picture" : PictureNames.withoutExtension(soundPath)
            return PictureNames.pictures(FolderListing.join(output, name), first: seed, count: count)
        }
        if count == 1 {
            // Exactly the name that was asked for, whatever its extension.
            let url = URL(filePath: output, directoryHint: .notDirectory)
            return [RunPicture(seed: seed, destination: .file(url))]
        }
        let stem = output.lowercased().hasSuffix(".png") ? String(output.dropLast(4)) : output
        return PictureNames.pictures(stem, first: seed, count: count)
    }
}
