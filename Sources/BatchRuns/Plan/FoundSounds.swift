import FilesOnDisk
import Foundation
import SoundFrontEnd

/// The sounds found in several inputs, or in one folder.
struct FoundSounds {
    struct Sound {
        /// The sound's path, beginning with the input that it was found in.
        let path: String
        /// The sound's path within the run.
        let relativePath: String
    }

    private(set) var sounds: [Sound] = []
    private(set) var unlisted: [UnlistedPath] = []
    private(set) var passedOver: [PassedOver] = []

    /// - Throws: `RunPlanError.noSounds` for a folder without sounds, `.unlisted` for one that cannot be listed.
    init(_ inputs: [String], _ filter: NameFilter) throws {
        for input in inputs {
            guard FolderListing.isFolder(input) else {
                let name = URL(filePath: input, directoryHint: .notDirectory).lastPathComponent
                sounds.append(Sound(path: input, relativePath: name))
                continue
            }
            let folder = FolderListing(
                input, of: .sound, filter: filter, isOfKindInside: AudioFile.isSound(path:))
            if let itself = folder.unlisted.first(where: { $0.path == input }) {
                throw RunPlanError.unlisted(itself)
            }
            guard !folder.files.isEmpty || !folder.unlisted.isEmpty else {
                throw RunPlanError.noSounds(
                    folder: input, isFiltered: !filter.takesAll, passedOver: folder.passedOver)
            }
            unlisted += folder.unlisted
            passedOver += folder.passedOver
            let prefix = inputs.count > 1 ? FoundSounds.prefix(ofFolder: input) : ""
            sounds += folder.files.map {
                Sound(path: FolderListing.join(input, $0), relativePath: prefix + $0)
            }
        }
        if sounds.isEmpty, let first = unlisted.first { throw RunPlanError.unlisted(first) }
    }

    /// Returns the folder's real name, even if it is given as `.` or `a/..`, followed by `/`.
    private static func prefix(ofFolder path: String) -> String {
        let name = URL(filePath: path, directoryHint: .isDirectory).standardizedFileURL.lastPathComponent
        return name == "/" ? "" : name + "/"
    }
}
