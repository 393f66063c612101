import FilesOnDisk

/// Concepts matched by the names of files and folders.
struct ConceptNames {
    private let concepts: [String]
    /// Names in the form for comparison, in the order of `concepts`.
    private let plain: [String]

    init(_ concepts: [String]) {
        self.concepts = concepts
        plain = concepts.map(Self.plain)
    }

    /// Returns the concept that a folder on the path is named after, the last of several, else the longest one that the
    /// file's own name begins with; nil when there is none.
    func concept(ofPath path: String) -> String? {
        let parts = path.split(separator: "/").map { Self.plain(String($0)) }
        for folder in parts.dropLast().reversed() {
            if let index = plain.firstIndex(of: folder) { return concepts[index] }
        }
        guard let name = parts.last else { return nil }
        let fitting = plain.indices.filter { Self.name(name, isOf: plain[$0]) }
        return fitting.max { plain[$0].count < plain[$1].count }.map { concepts[$0] }
    }

    /// Whether a name belongs to a concept: “dog 7.png” belongs to “dog”, “dogfish.png” does not.
    private static func name(_ name: String, isOf concept: String) -> Bool {
        name.hasPrefix(concept) && !(name.dropFirst(concept.count).first?.isLetter ?? false)
    }

    private static func plain(_ name: String) -> String {
        name.lowercased().replacing("_", with: " ").replacing("-", with: " ")
    }
}

/// Reasons why generated pictures cannot be evaluated, in one sentence.
public enum GenerationError: DescribedError, Equatable {
    /// A picture's name does not tell its concept.
    case noConcept(picture: String, folder: String)
    /// The real pictures have too few concepts to tell apart.
    case tooFewConcepts(source: String, found: Int)

    public var description: String {
        switch self {
        case .noConcept(let picture, let folder):
            """
            “\(picture.onOneLine)” in \(folder) is of no known concept: its folder should be named after one of the \
            reference, or its name begin with one.
            """
        case .tooFewConcepts(let source, let found):
            "\(source) shows \(found) concept, but at least 2 are needed to tell one from another."
        }
    }
}
