import Foundation

/// The files of one kind in a folder and all folders below it.
public struct FolderListing {
    private let kind: MediaKind
    /// Paths below the folder, in the order of their UTF-8 bytes.
    public private(set) var files: [String] = []
    public private(set) var unreadable: [UnreadableFolder] = []

    /// Hidden names (with a leading dot) are passed over, and so is what is neither a file nor a
    /// folder. A link to a file counts as the file; a link to a folder is not followed, so a loop of
    /// links cannot arise.
    public init(_ path: String, of kind: MediaKind) {
        self.kind = kind
        list(path, below: "")
        files.sort { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }

    private mutating func list(_ folder: String, below prefix: String) {
        guard let names = Self.names(in: folder) else {
            unreadable.append(UnreadableFolder(path: folder, cause: String(cString: strerror(errno))))
            return
        }
        for name in names where !name.hasPrefix(".") {
            let path = Self.join(folder, name)
            var status = stat()
            guard lstat(path, &status) == 0 else { continue }
            if status.st_mode & S_IFMT == S_IFDIR {
                list(path, below: prefix + name + "/")
            } else if kind.isNameOfOne(name) && Self.mayBeFile(path) {
                files.append(prefix + name)
            }
        }
    }

    /// The two as one path, with one `/` between.
    public static func join(_ folder: String, _ name: String) -> String {
        folder.hasSuffix("/") ? folder + name : folder + "/" + name
    }

    public static func isFolder(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }

    /// A link that leads nowhere stays in: it is better reported as a file that cannot be read.
    private static func mayBeFile(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) != 0 || status.st_mode & S_IFMT == S_IFREG
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
