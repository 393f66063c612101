import FilesOnDisk
import Foundation
import FrozenEncoders
import TensorCore

/// The words for what a model draws, embedded by its text encoder, to tell prompts that it knows nothing of.
///
/// A component folder holds `config.json`, `words.tsv` (a word, a tab, the thing that it stands for) and
/// `embeddings.safetensors` (a row for each word).
struct DrawnWords: Sendable {
    /// Cosine below which a prompt is far from a word.
    private let far: Float
    /// The thing that each word stands for.
    private let things: [String]
    private let space: EmbeddingSpace
    /// Maps an embedding `[1, channels]` to its cosines with the words' `[1, words]`.
    private let compare: Linear

    /// Throws `FileContentError` or `TensorFileError`, naming the file, when one is missing or does not fit the others.
    ///
    /// - Parameter space: The space of the text encoder's sentences.
    init(contentsOf directory: URL, space: EmbeddingSpace) throws {
        far = try Configuration(contentsOf: directory.appending(path: "config.json")).far
        let table = directory.appending(path: "words.tsv")
        things = try TextFile.lines(at: table).map { line in
            let columns = line.split(separator: "\t", omittingEmptySubsequences: false)
            guard columns.count == 2, !columns[1].isEmpty else {
                throw FileContentError.unsuitable(
                    file: table.path(percentEncoded: false), found: "the line “\(line.onOneLine)”",
                    expected: "a word, a tab and the thing that it stands for")
            }
            return String(columns[1])
        }
        let embeddings = try Embeddings(
            contentsOf: directory.appending(path: "embeddings.safetensors"), count: things.count, in: space)
        (self.space, compare) = (space, Linear(weight: embeddings.rows, bias: nil, precision: .float32))
    }

    /// Returns the three things nearest to a prompt, if even the nearest is far; nil for a prompt that the model knows.
    func nearestIfFar(from prompt: Embedding) -> [String]? {
        precondition(prompt.space == space, "an embedding of \(space), not of \(prompt.space)")
        let cosines = compare(prompt.vector).floats
        guard cosines.allSatisfy({ $0 < far }) else { return nil }
        var nearest: [String] = []
        for index in cosines.indices.sorted(by: { cosines[$0] > cosines[$1] }) where nearest.count < 3 {
            if !nearest.contains(things[index]) { nearest.append(things[index]) }
        }
        return nearest
    }

    private struct Configuration: CheckedJSON {
        let far: Float

        func validate(_ check: FieldCheck) throws { try check.require(far, in: -1...1, "far") }
    }
}
