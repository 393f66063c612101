import FilesOnDisk

/// Reasons why a dataset cannot be evaluated, in one sentence.
public enum DatasetError: DescribedError, Equatable {
    /// A file or folder that cannot be read at all.
    case unreadable(file: String, reason: String)
    /// A line, counted from 1, or an entry does not follow the format.
    case malformed(file: String, place: String, expected: String)
    /// A split that no item belongs to.
    case noItems(file: String, split: String, known: [String])
    case empty(file: String)
    /// A table or folder without a labelled item, or a list without an entry.
    case noLabels(file: String)
    /// A template does not have exactly one place for the class's name.
    case badTemplate(String)
    /// The name of prompts is neither that of a set nor of a file.
    case noPrompts(name: String)
    /// A labelled item has no latent.
    case unknownItem(file: String, id: String, in: String)
    /// An item's class is not among the classes.
    case unknownLabel(source: String, label: String)
    /// A split was asked for in a format whose files hold one each.
    case splitless(file: String, format: AnnotationFormat, split: String)
    /// Media are missing from the folder.
    case missingMedia(folder: String, missing: Int, total: Int, first: String)
    /// None of the media can be decoded.
    case nothingReadable(count: Int)

    public var exitStatus: Int32 {
        if case .noPrompts = self { 2 } else { 1 }
    }

    public var description: String {
        switch self {
        case .unreadable(let file, let reason):
            "\(file) cannot be read: \(reason)."
        case .malformed(let file, let place, let expected):
            "\(place) of \(file) is not as expected: \(expected)."
        case .noItems(let file, let split, let known):
            "\(file) has nothing in the split “\(split)”; its splits are \(known.joined(separator: ", "))."
        case .empty(let file):
            "\(file) names no captioned media."
        case .noLabels(let file):
            "\(file) holds nothing to go by: lines of items, or folders named after their class, were expected."
        case .badTemplate(let template):
            "The template “\(template.onOneLine)” must hold {} once, where the class's name goes."
        case .noPrompts(let name):
            """
            “\(name.onOneLine)” names no prompts: \(PromptSet.allCases.map(\.rawValue).joined(separator: ", ")) or a file was \
            expected.
            """
        case .unknownItem(let file, let id, let source):
            "\(file) labels “\(id.onOneLine)”, of which \(source) has no row."
        case .unknownLabel(let source, let label):
            "\(source) has an item labelled “\(label.onOneLine)”, which is not among the classes."
        case .splitless(let file, let format, let split):
            "A \(format.rawValue) file holds one split only, so “\(split)” cannot be chosen from \(file)."
        case .missingMedia(let folder, let missing, let total, let first):
            "\(missing) of \(total) media are not below \(folder), among them “\(first.onOneLine)”."
        case .nothingReadable(let count):
            "None of the \(count) files can be decoded: at least one was expected."
        }
    }
}
