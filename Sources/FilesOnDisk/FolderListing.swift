import Foundation

/// The files of one kind in a folder and all folders below it.
public struct FolderListing {
    private let kind: MediaKind
    private let filter: NameFilter
    private let isOfKindInside: (String) -> Bool
    /// Paths below the folder, in the order of their UTF-8 bytes.
    public private(set) var files: [String] = []
    public private(set) var unlisted: [UnlistedPath] = []
    public private(set) var passedOver: [PassedOver] = []

    /// Lists a folder. Hidden names (with a leading dot) are passed over, and so is anything that is neither a file nor
    /// a folder. A link to a file counts as the file; a link to a folder is passed over, so loops of links cannot
    /// arise.
    ///
    /// - Parameter isOfKindInside: whether a regular file of another name is of the kind by its contents; such files are
    ///   passed over, which is told.
    public init(
        _ path: String, of kind: MediaKind, filter: NameFilter = NameFilter(),
        isOfKindInside: @escaping (String) -> Bool = { _ in false }
    ) {
        (self.kind, self.filter, self.isOfKindInside) = (kind, filter, isOfKindInside)
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

    /// Records a name that is not valid text, so that no record could hold it.
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
            // The file may have been removed meanwhile.
            return errno == ENOENT ? () : addUnlisted(path)
        }
        let isFolder = status.st_mode & S_IFMT == S_IFDIR
        let isLinkToFolder = !isFolder && Self.isFolder(path)
        guard isFolder || isLinkToFolder ? filter.takes(folder: prefix + name) : isOfTheKind(name, below: prefix)
        else {
            if status.st_mode & S_IFMT == S_IFREG, !name.hasPrefix("."), filter.takes(file: prefix + name),
                isOfKindInside(path)
            {
                passedOver.append(PassedOver(path: path, reason: .otherName))
            }
            return
        }
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

    /// Records a path that could not be listed, with the reason from errno.
    private mutating func addUnlisted(_ path: String) {
        unlisted.append(UnlistedPath(path: path, cause: String(cString: strerror(errno))))
    }

    /// Joins the two as one path, with one `/` between.
    public static func join(_ folder: String, _ name: String) -> String {
        folder.hasSuffix("/") ? folder + name : folder + "/" + name
    }

    public static func isFolder(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }

    /// Whether the path may be a file. A link that leads nowhere stays in: it is better reported as an unreadable file.
    private static func mayBeFile(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) != 0 || status.st_mode & S_IFMT == S_IFREG
    }

    /// All names in the folder; nil, with the reason in errno, where it cannot be listed.
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

    /// The name with bytes beyond ASCII as `\xE9`.
    private static func escaped(_ name: [UInt8]) -> String {
        name.map { $0 < 0x80 ? String(UnicodeScalar($0)) : "\\x" + String($0, radix: 16, uppercase: true) }.joined()
    }
}

/// A path in a folder that could not be listed: an unreadable folder, or a name that is not text. Its contents are
/// missing from the run.
public struct UnlistedPath: Error, Sendable, Hashable, Codable, CustomStringConvertible {
    /// The path, starting with the input that it was found in; bytes that are not UTF-8 as `\xE9`.
    public let path: String
    /// The system's message, or the fault in the name.
    public let cause: String

    public init(path: String, cause: String) {
        (self.path, self.cause) = (path, cause)
    }

    public var description: String { "\(path) cannot be listed: \(cause)." }
}

/// A path that a listing leaves out although its name may be that of a wanted file.
public struct PassedOver: Sendable, Equatable, Codable, CustomStringConvertible {
    public enum Reason: String, Sendable, Codable {
        /// A name that begins with a dot.
        case hidden
        /// A pipe, socket or device, or a link to one.
        case notAFile = "not a file"
        /// A link to a folder: not followed, because links may form a loop.
        case linkToFolder = "link to a folder"
        /// Contents of the kind under a name that is not.
        case otherName = "other name"
    }

    /// The path, starting with the input that it was found in.
    public let path: String
    public let reason: Reason

    public init(path: String, reason: Reason) {
        (self.path, self.reason) = (path, reason)
    }

    public var description: String { "\(path) is passed over: it is \(reason.phrase)." }
}

extension PassedOver.Reason {
    /// Kind of such a path, as a part of a sentence.
    public var phrase: String {
        switch self {
        case .hidden: "hidden"
        case .notAFile: "not a regular file"
        case .linkToFolder: "a link to a folder"
        case .otherName: "a sound by its contents, but not by its name"
        }
    }
}
