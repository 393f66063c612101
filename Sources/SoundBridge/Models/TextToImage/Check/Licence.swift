import FilesOnDisk
import Foundation
import TensorCore

/// A model's licence, as far as its files or those beside it name one.
public struct Licence: Sendable, Encodable, Equatable {
    /// The file's name.
    public let file: String
    /// The name of the licence, or the first line of its text.
    public let words: String

    /// Everything that is said: front matter of a README, files of a licence's text, metadata of a safetensors file.
    static func found(of model: any TextToImageModel, at place: URL) -> [Licence] {
        let isFolder = FolderListing.isFolder(place.path(percentEncoded: false))
        let folder = isFolder ? place : place.deletingLastPathComponent()
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path(percentEncoded: false))) ?? []
        let beside = names.sorted().compactMap { name -> Licence? in
            let upper = name.uppercased()
            let words: String? =
                if upper == "README.MD" {
                    frontMatter(of: folder.appending(path: name))
                } else if ["LICENSE", "LICENCE", "COPYING"].contains(where: upper.hasPrefix) {
                    firstLine(of: folder.appending(path: name))
                } else { nil }
            return words.map { Licence(file: name, words: String($0.onOneLine.prefix(120))) }
        }
        let inside = (try? model.weightFiles)?.compactMap { file -> Licence? in
            let tensors = try? TensorFile.open(file) as? SafetensorsFile
            let words = tensors?.metadata["modelspec.license"] ?? tensors?.metadata["license"]
            return words.map { Licence(file: file.lastPathComponent, words: String($0.onOneLine.prefix(120))) }
        }
        return beside + (inside ?? [])
    }

    private static func lines(of file: URL) -> [String] {
        ((try? TextFile.lines(at: file)) ?? []).map { $0.trimmingCharacters(in: .whitespaces) }
    }

    private static func firstLine(of file: URL) -> String? { lines(of: file).first { !$0.isEmpty } }

    /// `license_name:`, else `license:`, between the two lines `---` at the beginning of a README of Hugging Face.
    private static func frontMatter(of file: URL) -> String? {
        let lines = lines(of: file)
        guard lines.first == "---" else { return nil }
        let matter = lines.dropFirst().prefix { $0 != "---" }
        return ["license_name:", "license:"].lazy.compactMap { key in
            matter.first { $0.hasPrefix(key) }?.dropFirst(key.count).trimmingCharacters(in: .whitespaces)
        }.first { !$0.isEmpty }
    }
}
