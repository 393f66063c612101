import FilesOnDisk
import Foundation
import SoundBridge

/// The output of a run of one sound, or of no sound.
struct SingleOutput {
    private static let otherFormats = ["jpg", "jpeg", "webp", "gif", "bmp", "tif", "tiff"]

    /// The output folder; nil where the output is a file or standard output.
    let folder: String?
    private let output: String
    private let input: String?

    /// A name without an extension gets `.png`, unless there is such a file already, or a device.
    ///
    /// - Throws: `RunPlanError.notPNG`.
    init(_ output: String, input: String?) throws {
        self.output = output.isPlainName ? output + ".png" : output
        self.input = input
        if output != "-" && (output.hasSuffix("/") || FolderListing.isFolder(output)) {
            folder = output
        } else {
            folder = nil
            let end = output.lowercased()
            guard !SingleOutput.otherFormats.contains(where: { end.hasSuffix("." + $0) }) else {
                throw RunPlanError.notPNG(output)
            }
        }
    }

    /// - Throws: `RunPlanError.severalToStandardOutput`.
    func item(_ settings: GenerationSettings, count: Int) throws -> RunItem {
        let path = soundPath
        return RunItem(
            source: RunSource(name: input), relativePath: path, settings: settings,
            pictures: try pictures(path, seed: settings.seed, count: count))
    }

    private var soundPath: String {
        switch input {
        case nil: ""
        case "-"?: "stdin"
        case let path?: URL(filePath: path, directoryHint: .notDirectory).lastPathComponent
        }
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
            // The name is exactly the one that was asked for, whatever its extension.
            return [RunPicture(seed: seed, destination: .file(output))]
        }
        let stem = output.lowercased().hasSuffix(".png") ? String(output.dropLast(4)) : output
        return PictureNames.pictures(stem, first: seed, count: count)
    }
}

extension String {
    /// Whether the path's last part has no extension, and nothing is there yet.
    fileprivate var isPlainName: Bool {
        let name = split(separator: "/", omittingEmptySubsequences: false).last ?? ""
        return !name.isEmpty && self != "-" && !name.contains(".") && !FileManager.default.fileExists(atPath: self)
    }
}
