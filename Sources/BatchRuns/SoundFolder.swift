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
        guard let names = SoundFolder.names(in: folder) else {
            unreadable.append(UnreadableFolder(path: folder, cause: String(cString: strerror(errno))))
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

    /// Everything in the folder; nil, and errno says why, where it cannot be listed.
    private static func names(in folder: String) -> [String]? {
        guard let stream = opendir(folder) else { return nil }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            names.append(
                withUnsafeBytes(of: entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) })
        }
        return names
    }
}
