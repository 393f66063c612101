/// Concepts by what files and folders are called.
struct ConceptNames {
    private let concepts: [String]
    /// As they are compared, in the order of `concepts`.
    private let plain: [String]

    init(_ concepts: [String]) {
        self.concepts = concepts
        plain = concepts.map(Self.plain)
    }

    /// The concept that a folder on the way is named after, the last of several, else the longest that the file's own
    /// name begins with; nil when there is none.
    func concept(ofPath path: String) -> String? {
        let parts = path.split(separator: "/").map { Self.plain(String($0)) }
        for folder in parts.dropLast().reversed() {
            if let index = plain.firstIndex(of: folder) { return concepts[index] }
        }
        guard let name = parts.last else { return nil }
        let fitting = plain.indices.filter { Self.name(name, isOf: plain[$0]) }
        return fitting.max { plain[$0].count < plain[$1].count }.map { concepts[$0] }
    }

    /// “dog 7.png” is of “dog”, “dogfish.png” is not.
    private static func name(_ name: String, isOf concept: String) -> Bool {
        name.hasPrefix(concept) && !(name.dropFirst(concept.count).first?.isLetter ?? false)
    }

    private static func plain(_ name: String) -> String {
        name.lowercased().replacing("_", with: " ").replacing("-", with: " ")
    }
}
