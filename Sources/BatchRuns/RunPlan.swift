import FilesOnDisk
import Foundation

/// What is to be made of which sounds, decided before anything is made.
///
/// One sound (a file or standard input), or none:
/// - The output is the picture's file; if it ends in `/` or is a folder, the picture goes inside, named
///   after the sound: `dog.wav` becomes `dog.png`. `-` is standard output.
/// - Several pictures have their seeds in their names: `dog-7.png`, `dog-8.png`.
/// - The seed is used as it is.
///
/// A folder, or several inputs:
/// - The output is a folder. A single folder's structure is mirrored below it; of several inputs, a
///   file goes into it and a folder becomes a folder of its own name, as `cp -r` has it.
/// - `dog.wav` becomes `dog.png`; where two sounds would claim one name, both keep theirs in full:
///   `dog.wav.png`, `dog.flac.png`.
/// - Each sound has a seed of its own, `EffectiveSeed.hash` of the seed and its path within the run,
///   so its pictures do not depend on the other sounds.
public struct RunPlan: Sendable {
    /// In the order of the inputs, a folder's in the order of their paths' bytes. Never empty.
    public let items: [RunItem]
    /// The folder that the pictures go to, to be created with those below it by `createFolder(for:)`;
    /// nil where the output is a file or standard output.
    public let folder: URL?
    /// Folders that could not be listed. Each counts as a failed item.
    public let unreadable: [UnreadableFolder]

    /// Only looks: nothing is read from a sound, nothing is created. A file that does not exist is
    /// planned all the same, so that it fails alone.
    ///
    /// - Parameters:
    ///   - inputs: files, folders, or `-` alone for standard input; empty for one picture of words.
    ///   - output: a file, a folder, or `-` for standard output.
    ///   - seed: 0 ..< 2⁶³.
    ///   - count: pictures of each sound, with consecutive seeds.
    /// - Throws: `RunPlanError`.
    public init(inputs: [String], output: String, seed: UInt64 = 0, count: Int = 1) throws {
        guard !output.isEmpty, !inputs.contains("") else { throw RunPlanError.emptyPath }
        guard count >= 1 else { throw RunPlanError.count(count) }
        guard inputs.count <= 1 || !inputs.contains("-") else { throw RunPlanError.standardInputAmongOthers }
        if inputs.count > 1 || inputs.contains(where: { $0 != "-" && FolderListing.isFolder($0) }) {
            let found = try FoundSounds(inputs)
            unreadable = found.unreadable
            folder = URL(filePath: output, directoryHint: .isDirectory)
            items = try RunPlan.items(found.sounds, output: output, seed: seed, count: count)
        } else {
            let names = try SingleOutput(output, input: inputs.first)
            unreadable = []
            folder = names.folder
            items = [try names.item(seed: seed, count: count)]
        }
        try RunPlan.refuseOverwritingInputs(items)
    }

    /// Creates the folder that the item's pictures go to, and those above it, where the output is a
    /// folder.
    ///
    /// - Throws: `OutputFolderError`.
    public func createFolder(for item: RunItem) throws {
        guard folder != nil, case .file(let picture)? = item.pictures.first?.destination else { return }
        try RunPlan.create(picture.deletingLastPathComponent())
    }

    private static func create(_ folder: URL) throws {
        var result = mkdir(folder.path, 0o777)
        if result != 0 && errno == ENOENT && folder.path != "/" {
            try create(folder.deletingLastPathComponent())
            result = mkdir(folder.path, 0o777)
        }
        let code = errno
        // Another process may have been faster, and a link to a folder serves as well as one.
        guard result == 0 || FolderListing.isFolder(folder.path) else {
            throw OutputFolderError(path: folder.relativePath, cause: String(cString: strerror(code)))
        }
    }

    private static func items(
        _ sounds: [FoundSounds.Sound], output: String, seed: UInt64, count: Int
    ) throws -> [RunItem] {
        let isFile = !FolderListing.isFolder(output) && FileManager.default.fileExists(atPath: output)
        let named = !FolderListing.isFolder(output) && output.lowercased().hasSuffix(".png")
        guard output != "-" else { throw RunPlanError.severalToStandardOutput }
        guard !isFile, !named else { throw RunPlanError.outputNotAFolder(output) }
        let stems = try PictureNames.stems(for: sounds)
        return zip(sounds, stems).map { sound, stem in
            let first = EffectiveSeed.hash(base: seed, path: sound.relativePath)
            return RunItem(
                source: .file(URL(filePath: sound.path)), relativePath: sound.relativePath,
                pictures: PictureNames.pictures(FolderListing.join(output, stem), first: first, count: count))
        }
    }

    private static func refuseOverwritingInputs(_ items: [RunItem]) throws {
        var sources: Set<FileIdentity> = []
        for case .file(let url) in items.map(\.source) {
            if let identity = FileIdentity(url.path) { sources.insert(identity) }
        }
        for case .file(let url) in items.lazy.flatMap(\.pictures).map(\.destination) {
            if let identity = FileIdentity(url.path), sources.contains(identity) {
                throw RunPlanError.outputIsInput(url.relativePath)
            }
        }
    }
}

/// What makes two paths the same file.
private struct FileIdentity: Hashable {
    let device: UInt
    let node: UInt

    /// Nil where there is no file.
    init?(_ path: String) {
        var status = stat()
        guard stat(path, &status) == 0 else { return nil }
        device = UInt(status.st_dev)
        node = UInt(status.st_ino)
    }
}
