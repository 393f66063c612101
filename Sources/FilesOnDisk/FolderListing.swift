import Foundation

/// The files of one kind in a folder and all folders below it.
public struct FolderListing {
    private let kind: MediaKind
    private let filter: NameFilter
    /// Paths below the folder, in the order of their UTF-8 bytes.
    public private(set) var files: [String] = []
    public private(set) var unlisted: [UnlistedPath] = []
    public private(set) var passedOver: [PassedOver] = []

    /// Hidden names (with a leading dot) are passed over, and so is what is neither a file nor a
    /// folder. A link to a file counts as the file; a link to a folder is passed over, so a loop of
    /// links cannot arise.
    public init(_ path: String, of kind: MediaKind, filter: NameFilter = NameFilter()) {
        (self.kind, self.filter) = (kind, filter)
        list(path, below: "")
        files.sort { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        unlisted.sort { $0.path.utf8.lexicographicallyPrecedes($1.path.utf8) }
        passedOver.sort { $0.path.utf8.lexicographicallyPrecedes($1.path.utf8) }
    }

    private mutating func list(_ folder: String, below prefix: String) {
        guard let names = Self.names(in: folder) else { return addUnlisted(folder) }
        for bytes in names {
            if let name = String(validating: bytes, as: UTF8.self) {
                add(name, in: folder, below: prefix)
            } else {
                addUnnameable(bytes, in: folder, below: prefix)
            }
        }
    }

    /// A name that is no text, so that it could stand in no record.
    private mutating func addUnnameable(_ name: [UInt8], in folder: String, below prefix: String) {
        var status = stat()
        let path =
            folder.utf8.map(CChar.init(bitPattern:)) + [CChar(UInt8(ascii: "/"))] + name.map(CChar.init(bitPattern:))
        let isFolder = lstat(path + [0], &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
        let shown = Self.escaped(name)
        guard isFolder ? filter.takes(folder: prefix + shown) : isOfTheKind(shown, below: prefix) else { return }
        unlisted.append(UnlistedPath(path: Self.join(folder, shown), cause: "its name is not UTF-8 text"))
    }

    private mutating func add(_ name: String, in folder: String, below prefix: String) {
        let path = Self.join(folder, name)
        var status = stat()
        guard lstat(path, &status) == 0 else {
            // It may have been removed meanwhile.
            return errno == ENOENT ? () : addUnlisted(path)
        }
        let isFolder = status.st_mode & S_IFMT == S_IFDIR
        let isLinkToFolder = !isFolder && Self.isFolder(path)
        guard isFolder || isLinkToFolder ? filter.takes(folder: prefix + name) : isOfTheKind(name, below: prefix)
        else { return }
        if name.hasPrefix(".") {
            passedOver.append(PassedOver(path: path, reason: .hidden))
        } else if isFolder {
            list(path, below: prefix + name + "/")
        } else if isLinkToFolder {
            passedOver.append(PassedOver(path: path, reason: .linkToFolder))
        } else if Self.mayBeFile(path) {
            files.append(prefix + name)
        } else {
            passedOver.append(PassedOver(path: path, reason: .notAFile))
        }
    }

    private func isOfTheKind(_ name: String, below prefix: String) -> Bool {
        kind.isNameOfOne(name) && filter.takes(file: prefix + name)
    }

    /// For the reason that errno gives.
    private mutating func addUnlisted(_ path: String) {
        unlisted.append(UnlistedPath(path: path, cause: String(cString: strerror(errno))))
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
    private static func names(in folder: String) -> [[UInt8]]? {
        guard let stream = opendir(folder) else { return nil }
        defer { closedir(stream) }
        var names: [[UInt8]] = []
        while let entry = readdir(stream) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) { Array($0.prefix { $0 != 0 }) }
            if name != Array(".".utf8), name != Array("..".utf8) { names.append(name) }
        }
        return names
    }

    /// Bytes beyond ASCII as `\xE9`.
    private static func escaped(_ name: [UInt8]) -> String {
        name.map { $0 < 0x80 ? String(UnicodeScalar($0)) : "\\x" + String($0, radix: 16, uppercase: true) }.joined()
    }
}

/// What could not be listed in a folder: a folder that may not be read, a name that is no text. What it holds is missing
/// from the run.
public struct UnlistedPath: Error, Sendable, Hashable, Codable, CustomStringConvertible {
    /// Its path, beginning as the input that it was found in; bytes that are not UTF-8 as `\xE9`.
    public let path: String
    /// What the system said, or what is wrong with the name.
    public let cause: String

    public init(path: String, cause: String) {
        (self.path, self.cause) = (path, cause)
    }

    public var description: String { "\(path) cannot be listed: \(cause)." }
}

/// What a listing of a folder leaves out, though its name may be that of a file looked for.
public struct PassedOver: Sendable, Equatable, CustomStringConvertible {
    public enum Reason: Sendable {
        /// Its name begins with a dot.
        case hidden
        /// A pipe, a socket, a device, or a link to one of them.
        case notAFile
        /// Not followed, for links may go round in a circle.
        case linkToFolder
    }

    /// Its path, beginning as the input that it was found in.
    public let path: String
    public let reason: Reason

    public init(path: String, reason: Reason) {
        (self.path, self.reason) = (path, reason)
    }

    public var description: String {
        switch reason {
        case .hidden: "\(path) is passed over: it is hidden."
        case .notAFile: "\(path) is passed over: it is not a regular file."
        case .linkToFolder: "\(path) is passed over: it is a link to a folder."
        }
    }
}
