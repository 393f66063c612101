import FilesOnDisk
import Foundation
import TensorCore

/// Latents as a safetensors file: `vectors` [count, channels] F32 or F16; `ids` [bytes] U8 with `id_offsets`
/// [count + 1] I64; `groups` and `group_offsets` of the same form, both or neither. A file from elsewhere may call its
/// matrix otherwise, keep any type of numbers in it and have no ids.
extension LatentSet {
    /// Names of the tensors.
    enum Name {
        static let vectors = "vectors"
        static let ids = (bytes: "ids", offsets: "id_offsets")
        static let groups = (bytes: "groups", offsets: "group_offsets")
    }

    init(safetensors url: URL, tensor: String?) throws {
        let path = url.relativePath
        let file = try SafetensorsFile(contentsOf: url)
        let vectors = try Self.vectors(of: file, at: path, named: tensor)
        func table(_ name: (bytes: String, offsets: String)) throws -> StringTable {
            let table = try StringTable(bytes: file.tensor(name.bytes), offsets: file.tensor(name.offsets))
            guard let table, table.count == vectors.shape[0] else {
                throw LatentError.unsuitable(
                    file: path,
                    found: "“\(name.bytes)” and “\(name.offsets)” that do not fit each other or the vectors",
                    expected: "one string of UTF-8 for each of \(vectors.shape[0]) rows")
            }
            return table
        }
        self.init(
            ids: file.names.contains(Name.ids.offsets) ? try table(Name.ids) : nil,
            groups: file.names.contains(Name.groups.offsets) ? try table(Name.groups) : nil, vectors: vectors,
            metadata: file.metadata)
    }

    /// The matrix of that name, else `vectors`, else the only one of floats, else the only one of integers. Throws
    /// `LatentError`, `TensorFileError`.
    private static func vectors(of file: SafetensorsFile, at path: String, named name: String?) throws -> Tensor {
        let all = file.names.filter { file.layout(of: $0).map { isMatrix($0.shape) } ?? false }
        let floats = all.filter { file.layout(of: $0)?.dtype.isFloat ?? false }
        let matrices = floats.isEmpty ? all : floats
        let chosen: String
        if let name = name ?? (file.names.contains(Name.vectors) ? Name.vectors : nil) {
            chosen = name
        } else if matrices.count == 1 {
            chosen = matrices[0]
        } else {
            throw LatentError.choice(file: path, tensors: matrices)
        }
        let vectors = try file.tensor(chosen)
        guard isMatrix(vectors.shape) else {
            throw LatentError.unsuitable(
                file: path,
                found: "“\(chosen.onOneLine)” of the shape \(vectors.shape)", expected: "[count, channels]")
        }
        return vectors.dtype == .float16 ? vectors : vectors.float32()
    }

    private static func isMatrix(_ shape: [Int]) -> Bool { shape.count == 2 && shape[1] > 0 }

    func writeSafetensors(to url: URL) throws {
        // Wide elements first, so that each tensor begins at a multiple of its element size and can be mapped in place.
        var tensors = [(Name.ids.offsets, ids.offsets)]
        if let groups { tensors.append((Name.groups.offsets, groups.offsets)) }
        tensors += [(Name.vectors, vectors), (Name.ids.bytes, ids.bytes)]
        if let groups { tensors.append((Name.groups.bytes, groups.bytes)) }
        try SafetensorsFile.write(tensors.map { (name: $0.0, tensor: $0.1) }, metadata: metadata, to: url)
    }
}
