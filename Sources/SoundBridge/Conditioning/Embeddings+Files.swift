import FilesOnDisk
import Foundation
import TensorCore

extension Embeddings {
    /// Reads `embeddings` `[count, channels]` of a safetensors file, and gives each row the length 1.
    /// Throws `FileContentError` or `TensorFileError`, naming the file, for another shape or numbers that are not finite.
    init(contentsOf file: URL, count: Int, in space: EmbeddingSpace) throws {
        let stored = try SafetensorsFile(contentsOf: file).tensor("embeddings")
        let widths = 1...65_536
        guard stored.shape.count == 2, stored.shape[0] == count, widths.contains(stored.shape[1]) else {
            throw FileContentError.unsuitable(
                file: file.path(percentEncoded: false), found: "embeddings of the shape \(stored.shape)",
                expected: "[\(count), \(widths.lowerBound) to \(widths.upperBound)], a row for each label")
        }
        let embeddings = stored.float32()
        guard embeddings.withFloats({ $0.allSatisfy(\.isFinite) }) else {
            throw FileContentError.unsuitable(
                file: file.path(percentEncoded: false), found: "embeddings that are not finite",
                expected: "finite numbers")
        }
        self.init(normalized: embeddings.normalized(), in: space)
    }
}
