import Foundation
import SoundBridge

/// Readers of generated pictures with the concepts that they should show.
public enum GeneratedPictures {
    /// Reads lines of a picture's path, a tab and its concept, followed by a tab and its sound if it was made from one;
    /// a first line that reads `path`, `concept`, … names the columns. Paths are relative to the table's folder.
    /// Throws `DatasetError`.
    public static func listed(in url: URL) throws -> [GeneratedPicture] {
        let file = url.path(percentEncoded: false)
        let folder = url.deletingLastPathComponent()
        var rows = try AnnotationText.tabbed(at: url)
        if let first = rows.first?.fields, first.count >= 2, first[0] == "path", first[1] == "concept" {
            rows.removeFirst()
        }
        let pictures = try rows.map { line, fields in
            guard (2...3).contains(fields.count), fields.allSatisfy({ !$0.isEmpty }) else {
                throw DatasetError.malformed(
                    file: file, place: "Line \(line)", expected: "a path, a tab, a concept, and perhaps a sound")
            }
            return GeneratedPicture(
                name: fields[0], file: folder.appending(pathOrAbsolute: fields[0]), concept: fields[1],
                sound: fields.count > 2 ? folder.appending(pathOrAbsolute: fields[2]) : nil)
        }
        guard !pictures.isEmpty else { throw DatasetError.noLabels(file: file) }
        return pictures
    }

    /// Finds the pictures in a folder and its subfolders, hidden names skipped, in the order of their names.
    ///
    /// A picture's concept is the one in `concepts` that a folder on its path is named after, else the longest one that
    /// its own name begins with (`dog-7.png`); case, `_` and `-` do not matter.
    ///
    /// - Parameter sounds: The folder of the sounds that these pictures were made from. A picture that carries a record
    ///   was made from the sound with the record's name, in the corresponding subfolder.
    /// - Throws: `DatasetError`, `GenerationError.noConcept`.
    public static func found(
        in folder: URL, of concepts: [String], sounds: URL? = nil
    ) throws -> [GeneratedPicture] {
        let path = folder.relativePath
        let names = ConceptNames(concepts)
        return try PictureFolder.pictures(in: path).map { name in
            guard let concept = names.concept(ofPath: name) else {
                throw GenerationError.noConcept(picture: name, folder: path)
            }
            let file = folder.appending(path: name)
            let sound = sounds.flatMap { sounds in
                (try? PictureRecord(pngContentsOf: file))?.input.map { input in
                    sounds.appending(path: name).deletingLastPathComponent().appending(path: input)
                }
            }
            return GeneratedPicture(name: name, file: file, concept: concept, sound: sound)
        }
    }
}

extension URL {
    /// Returns a path below this folder, or an absolute one unchanged.
    func appending(pathOrAbsolute path: String) -> URL {
        path.hasPrefix("/") ? URL(filePath: path) : appending(path: path)
    }
}

/// A generated picture, with the concept that it should show.
public struct GeneratedPicture: Sendable, Equatable {
    /// Its path as it was written, or below the folder that it was found in.
    public let name: String
    public let file: URL
    public let concept: String
    /// The sound that it was made from; nil when it was made from words, or when that is not known.
    public let sound: URL?

    public init(name: String, file: URL, concept: String, sound: URL? = nil) {
        (self.name, self.file, self.concept, self.sound) = (name, file, concept, sound)
    }
}
