import FilesOnDisk
import Foundation
import SoundBridge

/// The plan of a run: which pictures to make of which sounds, decided before any is made.
///
/// One sound (a file or standard input), or none:
/// - The output is the picture's file; if it ends in `/` or is a folder, the picture goes inside, named after the
///   sound: `dog.wav` becomes `dog.png`. `-` is standard output.
/// - Several pictures have their seeds in their names: `dog-7.png`, `dog-8.png`.
/// - The seed is used as it is.
///
/// A batch: a folder, several inputs, or a list:
/// - The output is a folder. A single folder's structure is mirrored below it; among several inputs, a file goes into
///   it and a folder becomes a folder of its own name, as with `cp -r`.
/// - `dog.wav` becomes `dog.png`; where two sounds would claim one name, both keep theirs in full:
///   `dog.wav.png`, `dog.flac.png`.
/// - Each sound has a seed of its own, `EffectiveSeed.hash` of the seed and its path within the run,
///   so its pictures do not depend on the other sounds.
public struct RunPlan: Sendable {
    /// Items in the order of the inputs, a folder's in the byte order of their paths, a list's in its own order. Never
    /// empty.
    public let items: [RunItem]
    /// The output folder, created with its subfolders by `createFolder(for:)`; nil where the output is a file or
    /// standard output.
    public let folder: String?
    /// Whether the run keeps records, in its folder.
    public let isBatch: Bool
    /// Paths in a folder that could not be listed. Each counts as a failed item.
    public let unlisted: [UnlistedPath]
    /// Files in a folder that were left out.
    public let passedOver: [PassedOver]

    /// Plans a run without reading a sound or creating anything. A file that does not exist is planned all the same, so
    /// that it fails alone.
    ///
    /// - Parameters:
    ///   - inputs: files, folders, or `-` alone for standard input; empty for one picture from words.
    ///   - output: a file, a folder, or `-` for standard output.
    ///   - settings: settings of all items; in a batch, each item's seed is derived from this one.
    ///   - count: pictures of each sound, with consecutive seeds.
    ///   - filter: selects the files of a folder.
    /// - Throws: `RunPlanError`.
    public init(
        inputs: [String], output: String, settings: GenerationSettings, count: Int = 1,
        filter: NameFilter = NameFilter()
    ) throws {
        guard !output.isEmpty, !inputs.contains("") else { throw RunPlanError.emptyPath }
        guard count >= 1 else { throw RunPlanError.count(count) }
        guard inputs.count <= 1 || !inputs.contains("-") else { throw RunPlanError.standardInputAmongOthers }
        if inputs.count > 1 || inputs.contains(where: { $0 != "-" && FolderListing.isFolder($0) }) {
            let found = try FoundSounds(inputs, filter)
            let claims = found.sounds.map { PictureNames.Claim(input: $0.path, relativePath: $0.relativePath) }
            let items = try RunPlan.items(claims, output: output, count: count) { index in
                (.file(found.sounds[index].path), settings.forItem(at: found.sounds[index].relativePath))
            }
            try self.init(
                items: items, folder: output, unlisted: found.unlisted, passedOver: found.passedOver)
        } else {
            let names = try SingleOutput(output, input: inputs.first)
            try self.init(items: [try names.item(settings, count: count)], folder: names.folder, isBatch: false)
        }
    }

    /// Plans a batch of the items in a list. Throws `RunPlanError`.
    ///
    /// - Parameters:
    ///   - output: a folder.
    ///   - count: pictures of each item, with consecutive seeds.
    public init(list: ItemList, output: String, count: Int = 1) throws {
        guard !output.isEmpty else { throw RunPlanError.emptyPath }
        guard count >= 1 else { throw RunPlanError.count(count) }
        let claims = list.items.map {
            PictureNames.Claim(input: $0.input ?? $0.relativePath, relativePath: $0.relativePath, stem: $0.stem)
        }
        let items = try RunPlan.items(claims, output: output, count: count) { index in
            (list.items[index].input.map(RunSource.file) ?? .none, list.items[index].settings)
        }
        try self.init(items: items, folder: output)
    }

    /// Takes items that were planned before, or some of them.
    ///
    /// - Throws: `RunPlanError.outputIsInput`.
    public init(
        items: [RunItem], folder: String?, isBatch: Bool = true, unlisted: [UnlistedPath] = [],
        passedOver: [PassedOver] = []
    ) throws {
        (self.items, self.folder, self.isBatch) = (items, folder, isBatch)
        (self.unlisted, self.passedOver) = (unlisted, passedOver)
        try refuseOverwritingInputs()
    }

    /// Creates the folder for the item's pictures, and its parents, where the output is a folder.
    ///
    /// - Throws: `OutputFolderError`.
    public func createFolder(for item: RunItem) throws {
        guard folder != nil, case .file(let picture)? = item.pictures.first?.destination else { return }
        try OutputFolder.create(URL(filePath: picture).deletingLastPathComponent())
    }

    private static func items(
        _ claims: [PictureNames.Claim], output: String, count: Int,
        _ item: (Int) -> (RunSource, GenerationSettings)
    ) throws -> [RunItem] {
        let isFile = !FolderListing.isFolder(output) && FileManager.default.fileExists(atPath: output)
        let named = !FolderListing.isFolder(output) && output.lowercased().hasSuffix(".png")
        guard output != "-" else { throw RunPlanError.severalToStandardOutput }
        guard !isFile, !named else { throw RunPlanError.outputNotAFolder(output) }
        let stems = try PictureNames.stems(for: claims)
        return claims.indices.map { index in
            let (source, settings) = item(index)
            return RunItem(
                source: source, relativePath: claims[index].relativePath, settings: settings,
                pictures: PictureNames.pictures(
                    FolderListing.join(output, stems[index]), first: settings.seed, count: count))
        }
    }

    private func refuseOverwritingInputs() throws {
        var sources: Set<FileIdentity> = []
        for case .file(let path) in items.lazy.map(\.source) {
            if let identity = FileIdentity(path) { sources.insert(identity) }
        }
        for case .file(let path) in items.lazy.flatMap(\.pictures).map(\.destination) {
            if let identity = FileIdentity(path), sources.contains(identity) {
                throw RunPlanError.outputIsInput(path)
            }
        }
    }
}

extension GenerationSettings {
    /// Returns these settings with the seed of the item at this path within a batch.
    func forItem(at relativePath: String) -> GenerationSettings {
        var settings = self
        settings.seed = EffectiveSeed.hash(base: seed, path: relativePath)
        return settings
    }
}

extension RunPlan {
    /// Stages of a pipeline that the run needs.
    public var stages: Pipeline.Stages {
        var stages: Pipeline.Stages = .pictures
        if items.contains(where: { $0.source != .none }) { stages.insert(.sounds) }
        if items.contains(where: { $0.settings.prompt != nil || $0.settings.negativePrompt != nil }) {
            stages.insert(.words)
        }
        return stages
    }

    /// Number of pictures asked for, plus the paths that could not be listed.
    public var pictureCount: Int { items.pictureCount + unlisted.count }
}

extension Collection<RunItem> {
    /// Number of pictures of all items.
    public var pictureCount: Int { reduce(0) { $0 + $1.pictures.count } }
}
