import FilesOnDisk
import Foundation
import FrozenEncoders
import SoundFrontEnd

/// The items that the inputs of a run stand for.
public struct EmbeddingInputs: Sendable {
    public private(set) var items: [EmbeddingItem] = []
    /// Paths below an input that could not be listed.
    public private(set) var unreadable: [UnlistedPath] = []
    /// Paths below an input that were left out.
    public private(set) var passedOver: [PassedOver] = []

    /// Each input is a file, a folder of files (and of folders, links to folders not followed, hidden names passed
    /// over), a pattern that stands for what the shell would put there (`sounds/*.wav`), a list (`.tsv`, `.jsonl`), or, for an encoder of words,
    /// a text file of lines (`.txt`). The id of a file is its path as given, in a folder its path below the folder; of
    /// a line of words the line itself; a list may name others.
    ///
    /// Only looks: a file that does not exist is an item all the same, so that it fails alone.
    /// Throws `EmbeddingInputError`.
    ///
    /// - Parameter standardInput: What `-` stands for: lines of words.
    public init(_ inputs: [String], for modality: Modality, standardInput: () throws -> Data) throws {
        for input in inputs { try add(input, modality, standardInput) }
        guard !items.isEmpty || !unreadable.isEmpty else { throw EmbeddingInputError.nothing(inputs: inputs) }
        var ids: Set<String> = []
        if let item = items.first(where: { !ids.insert($0.id).inserted }) {
            throw EmbeddingInputError.repeated(id: item.id)
        }
    }

    private mutating func add(_ input: String, _ modality: Modality, _ standardInput: () throws -> Data) throws {
        let ending = URL(filePath: input).pathExtension.lowercased()
        if input == "-" {
            try add(EmbeddingList.items(of: standardInput(), named: "-"), from: input, modality)
        } else if EmbeddingList.extensions.contains(ending) {
            try add(EmbeddingList.items(of: input), from: input, modality)
        } else if let kind = modality.mediaKind {
            try addFiles(input, kind)
        } else {
            throw EmbeddingInputError.unsuitable(input: input, expected: "a list of words (.txt, .tsv, .jsonl)")
        }
    }

    private mutating func add(_ listed: [EmbeddingItem], from input: String, _ modality: Modality) throws {
        for item in listed {
            switch (item.source, modality) {
            case (.text, .text), (.file, .audio), (.file, .image): items.append(item)
            case (.text, _): throw EmbeddingInputError.unsuitable(input: input, expected: "a list of paths")
            case (.file, _): throw EmbeddingInputError.unsuitable(input: input, expected: "a list of words")
            }
        }
    }

    private mutating func addFiles(_ input: String, _ kind: MediaKind) throws {
        if FolderListing.isFolder(input) {
            let listing = FolderListing(
                input, of: kind, isOfKindInside: { kind == .sound && AudioFile.isSound(path: $0) })
            if let itself = listing.unlisted.first(where: { $0.path == input }) {
                throw EmbeddingInputError.unreadable(itself)
            }
            guard !listing.files.isEmpty else { throw EmbeddingInputError.noFiles(folder: input, kind: kind) }
            unreadable += listing.unlisted
            passedOver += listing.passedOver
            items += listing.files.map {
                EmbeddingItem(id: $0, source: .file(URL(filePath: FolderListing.join(input, $0))))
            }
        } else if input.contains(where: "*?[".contains), !FileManager.default.fileExists(atPath: input) {
            let paths = Self.paths(matching: input)
            guard !paths.isEmpty else { throw EmbeddingInputError.noMatch(pattern: input) }
            for path in paths { try addFiles(path, kind) }
        } else {
            items.append(EmbeddingItem(id: input, source: .file(URL(filePath: input))))
        }
    }

    /// Paths that a pattern stands for, in the order of their bytes.
    private static func paths(matching pattern: String) -> [String] {
        var found = glob_t()
        defer { globfree(&found) }
        guard glob(pattern, GLOB_NOSORT, nil, &found) == 0 else { return [] }
        let paths = (0..<Int(found.gl_pathc)).compactMap { found.gl_pathv[$0].map { String(cString: $0) } }
        return paths.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }
}

extension Modality {
    /// The kind of file that is encoded; nil for words.
    fileprivate var mediaKind: MediaKind? {
        switch self {
        case .audio: .sound
        case .image: .picture
        case .text: nil
        }
    }
}
