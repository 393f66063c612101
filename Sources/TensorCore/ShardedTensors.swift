import FilesOnDisk
import Foundation

/// Tensors shared out over several files, as an index beside them says (`model.safetensors.index.json` and the like of
/// transformers and diffusers).
package struct ShardedTensors: TensorSource {
    package let path: String
    package let names: [String]
    private let shards: [String: any TensorSource]

    /// Largest index: some hundred thousand tensors.
    private static let largestIndex = 1 << 25

    /// Opens the index and its files. Throws `FileContentError` for an index that is unfit, names a file elsewhere, one
    /// that is not there, or a tensor that its file has not; what opening a file throws.
    package init(index url: URL) throws {
        path = url.path(percentEncoded: false)
        let files = try Self.weightMap(url)
        var opened: [String: any TensorSource] = [:]
        for file in Set(files.values).sorted() {
            let shard = url.deletingLastPathComponent().appending(path: file)
            guard FileManager.default.fileExists(atPath: shard.path(percentEncoded: false)) else {
                throw FileContentError.unsuitable(
                    file: path, found: "the file “\(file.onOneLine)”, which is not beside it",
                    expected: "every file of its weight_map")
            }
            opened[file] = try TensorFile.open(shard)
        }
        let held = opened.mapValues { Set($0.names) }
        if let (name, file) = files.first(where: { held[$0.value]?.contains($0.key) != true }) {
            throw FileContentError.unsuitable(
                file: path, found: "the tensor “\(name.onOneLine)” in “\(file.onOneLine)”, which does not hold it",
                expected: "tensors where they are")
        }
        names = files.keys.sorted()
        shards = files.compactMapValues { opened[$0] }
    }

    /// Returns the files that an index names, sorted by name. Throws `FileContentError` for an index that is unfit.
    package static func files(index url: URL) throws -> [URL] {
        try Set(weightMap(url).values).sorted().map { url.deletingLastPathComponent().appending(path: $0) }
    }

    private static func weightMap(_ index: URL) throws -> [String: String] {
        try Index(contentsOf: index, limit: largestIndex).weightMap
    }

    package func releasePages() {
        for shard in shards.values { shard.releasePages() }
    }

    package func layout(of name: String) -> (dtype: DType, shape: [Int])? { shards[name]?.layout(of: name) }

    package func tensor(_ name: String) throws -> Tensor {
        guard let shard = shards[name] else { throw TensorFileError.missing(path: path, tensor: name) }
        return try shard.tensor(name)
    }

    private struct Index: CheckedJSON {
        let weightMap: [String: String]

        private enum CodingKeys: String, CodingKey {
            case weightMap = "weight_map"
        }

        func validate(_ check: FieldCheck) throws {
            try check.require(!weightMap.isEmpty, "weight_map", "a tensor at least")
            let isPlain = { (file: String) in
                !file.isEmpty && !file.hasPrefix(".") && !file.utf8.contains { $0 == UInt8(ascii: "/") || $0 == 0 }
                    && !file.hasSuffix(".json")
            }
            try check.require(
                weightMap.values.allSatisfy(isPlain), "weight_map",
                "made of names of files beside it, not “\(weightMap.values.first { !isPlain($0) }?.onOneLine ?? "")”")
        }
    }
}
