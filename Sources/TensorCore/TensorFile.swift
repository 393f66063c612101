import FilesOnDisk
import Foundation

/// Opens a file of tensors of whatever format.
package enum TensorFile {
    /// Opens a safetensors file, a PyTorch file, a NumPy archive (`.npz`), or an index of several, as its name and its first
    /// bytes say. Throws `TensorFileError` and `FileContentError`, each naming the file.
    package static func open(_ url: URL) throws -> any TensorSource {
        if url.pathExtension == "json" { return try ShardedTensors(index: url) }
        let storage = try TensorStorage(mapping: url)
        let beginning = withExtendedLifetime(storage) {
            Array(UnsafeRawBufferPointer(start: storage.base, count: min(storage.byteCount, 16)))
        }
        if StoredArchive.begins(beginning), url.pathExtension.lowercased() == "npz" {
            return try NumPyArchive(contentsOf: url)
        }
        if TorchFile.begins(beginning) { return try TorchFile(contentsOf: url) }
        if let kind = kind(beginning) {
            throw TensorFileError.refused(
                path: url.path(percentEncoded: false),
                reason: "it is \(kind); safetensors and PyTorch files and NumPy archives are read")
        }
        return try SafetensorsFile(contentsOf: url)
    }

    /// What a file of another kind is by its first bytes; nil where they do not say, or may be those of a safetensors file,
    /// which begins with a length of its header below 2²⁷ in eight bytes.
    private static func kind(_ beginning: [UInt8]) -> String? {
        let signs: [(at: Int, bytes: [UInt8], kind: String)] = [
            (0, Array("GGUF".utf8), "a GGUF file"), (0, [0x89] + Array("HDF".utf8), "an HDF5 file, as of Keras"),
            (4, Array("TFL3".utf8), "a TensorFlow Lite file"), (2, [0x12], "an ONNX file"),
            (0, [0x80], "a pickle without an archive"), (0, [0x1F, 0x8B], "a gzip archive"),
            (0, [0x37, 0x7A, 0xBC, 0xAF], "a 7z archive"), (0, Array("Rar!".utf8), "a RAR archive"),
            (0, [0x89] + Array("PNG".utf8), "a picture"), (0, [0xFF, 0xD8, 0xFF], "a picture"),
            (0, Array("<".utf8), "a web page or XML"), (0, Array("{".utf8), "JSON"),
        ]
        guard beginning.count > 8, beginning[3] >= 8 || beginning[4..<8].contains(where: { $0 != 0 }) else {
            return nil
        }
        return signs.first { sign in
            guard beginning.dropFirst(sign.at).starts(with: sign.bytes) else { return false }
            // ONNX: the version, then the producer's name.
            return sign.at != 2 || beginning[0] == 8
        }?.kind
    }

    /// Returns the weights in a folder, of the names that transformers and diffusers give them: `stem.safetensors`, its
    /// variants (`stem.fp16.safetensors`), shards behind an index, then the same as `.bin`, then `stem.npz`, as MLX names it.
    /// Full precision goes first.
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
        for ending in endings + [".npz"] {
            if let stem = stems.first(where: { present.contains($0 + ending) }) {
                return folder.appending(path: stem + ending)
            }
        }
        throw FileContentError.unsuitable(
            file: folder.path(percentEncoded: false), found: "no weights",
            expected: stems.map { "\($0).safetensors" }.joined(separator: " or "))
    }

    /// Returns the files of the weights in a folder: the one that `weights(in:stems:)` finds, or the shards of an index.
    /// Throws `FileContentError`.
    package static func files(in folder: URL, stems: [String]) throws -> [URL] {
        let file = try weights(in: folder, stems: stems)
        return file.pathExtension == "json" ? try ShardedTensors.files(index: file) : [file]
    }
}
