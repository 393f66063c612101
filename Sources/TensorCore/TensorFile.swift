import FilesOnDisk
import Foundation

/// Opens a file of tensors of whatever format.
package enum TensorFile {
    /// Opens a safetensors file, a PyTorch file, or an index of several, as its name and its first bytes say. Throws
    /// `TensorFileError` and `FileContentError`, each naming the file.
    package static func open(_ url: URL) throws -> any TensorSource {
        if url.pathExtension == "json" { return try ShardedTensors(index: url) }
        let storage = try TensorStorage(mapping: url)
        let beginning = withExtendedLifetime(storage) {
            Array(UnsafeRawBufferPointer(start: storage.base, count: min(storage.byteCount, 16)))
        }
        if TorchFile.begins(beginning) { return try TorchFile(contentsOf: url) }
        if beginning.starts(with: "GGUF".utf8) {
            throw TensorFileError.refused(
                path: url.path(percentEncoded: false),
                reason: "it is a GGUF file; safetensors and PyTorch files are read")
        }
        return try SafetensorsFile(contentsOf: url)
    }

    /// Returns the weights in a folder, of the names that transformers and diffusers give them: `stem.safetensors`, its
    /// variants (`stem.fp16.safetensors`), shards behind an index, then the same as `.bin`. Full precision goes first.
    ///
    /// - Parameter stems: Those of transformers, or such as “diffusion_pytorch_model”.
    /// - Throws: `FileContentError.unsuitable`, naming the folder, when there is none of them.
    package static func weights(in folder: URL, stems: [String] = ["model", "pytorch_model"]) throws -> URL {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path(percentEncoded: false))) ?? []
        let present = Set(names)
        let endings = [".safetensors", ".bin"].flatMap { format in
            ["", ".fp16", ".bf16"].flatMap { variant in
                ["\(variant)\(format)", "\(format).index\(variant).json", "\(variant)\(format).index.json"]
            }
        }
        for ending in endings {
            if let stem = stems.first(where: { present.contains($0 + ending) }) {
                return folder.appending(path: stem + ending)
            }
        }
        throw FileContentError.unsuitable(
            file: folder.path(percentEncoded: false), found: "no weights",
            expected: stems.map { "\($0).safetensors" }.joined(separator: " or "))
    }
}
