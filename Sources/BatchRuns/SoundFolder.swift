import Foundation

/// The sounds in a folder and all folders below it.
struct SoundFolder {
    /// What a sound's name may end in, in either case.
    static let extensions = [
        "wav", "flac", "ogg", "oga", "opus", "aiff", "aif", "aifc", "mp3", "au", "w64", "caf",
    ]

    /// Paths below the folder, in the order of their UTF-8 bytes.
    private(set) var sounds: [String] = []
    private(set) var unreadable: [UnreadableFolder] = []

    /// Hidden names (with a leading dot) are passed over, and so is what is neither a file nor a
    /// folder. A link to a file counts as the file; a link to a folder is not followed, so a loop of
    /// links cannot arise.
    init(_ path: String) {
        list(path, below: "")
        sounds.sort { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }

    private mutating func list(_ folder: String, below prefix: String) {
        let names: [String]
        do {
            names = try FileManager.default.contentsOfDirectory(atPath: folder)
        } catch {
            unreadable.append(UnreadableFolder(path: folder, cause: SoundFolder.cause(error)))
            return
        }
        for name in names where !name.hasPrefix(".") {
            let path = SoundFolder.join(folder, name)
            var status = stat()
            guard lstat(path, &status) == 0 else { continue }
            if status.st_mode & S_IFMT == S_IFDIR {
                list(path, below: prefix + name + "/")
            } else if SoundFolder.isSound(name) && SoundFolder.mayBeFile(path) {
                sounds.append(prefix + name)
            }
        }
    }

    /// The two as one path, with one `/` between.
    static func join(_ folder: String, _ name: String) -> String {
        folder.hasSuffix("/") ? folder + name : folder + "/" + name
    }

    static func isFolder(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }

    /// A link that leads nowhere stays in: it is better reported as a sound that cannot be read.
    private static func mayBeFile(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) != 0 || status.st_mode & S_IFMT == S_IFREG
    }

    private static func isSound(_ name: String) -> Bool {
        guard let dot = name.lastIndex(of: ".") else { return false }
        return extensions.contains(name[name.index(after: dot)...].lowercased())
    }

    private static func cause(_ error: any Error) -> String {
        let underlying = (error as NSError).userInfo[NSUnderlyingErrorKey] as? NSError ?? error as NSError
        guard underlying.domain == NSPOSIXErrorDomain else { return "it is not a folder that can be read" }
        return String(cString: strerror(Int32(underlying.code)))
    }
}
