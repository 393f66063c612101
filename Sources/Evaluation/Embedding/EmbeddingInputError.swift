import FilesOnDisk
import Foundation

/// Why inputs are no list of items to embed; each case reads as one sentence.
public enum EmbeddingInputError: DescribedError, Equatable {
    /// Lists without an item.
    case nothing(inputs: [String])
    case noFiles(folder: String, kind: MediaKind)
    case noMatch(pattern: String)
    case unreadable(UnlistedPath)
    /// A list or text that cannot be read at all.
    case file(String, reason: String)
    /// A line of a list, counted from 1.
    case line(file: String, number: Int, reason: String)
    /// An input that this kind of encoder has no use for.
    case unsuitable(input: String, expected: String)
    case repeated(id: String)

    public var exitStatus: Int32 { 2 }

    public var description: String {
        switch self {
        case .nothing(let inputs):
            "There is nothing to embed in \(inputs.joined(separator: ", ")): at least one item was expected."
        case .noFiles(let folder, let kind):
            "\(folder) holds nothing to embed: files named \(kind.extensions.map { "." + $0 }.joined(separator: " ")) were expected."
        case .noMatch(let pattern):
            "\(pattern) matches no file."
        case .unreadable(let folder):
            folder.description
        case .file(let file, let reason):
            "\(file) cannot be read as a list: \(reason)."
        case .line(let file, let number, let reason):
            "Line \(number) of \(file) is no item: \(reason)."
        case .unsuitable(let input, let expected):
            "\(input) cannot be embedded by this encoder: \(expected) was expected."
        case .repeated(let id):
            "The id “\(id.onOneLine)” stands for two items, but ids must differ."
        }
    }
}
