import Foundation
import TensorCore

/// Latents as a safetensors file: `vectors` [count, channels] F32 or F16; `ids` [bytes] U8 with `id_offsets`
/// [count + 1] I64; `groups` and `group_offsets` of the same form, both or neither.
extension LatentSet {
    /// Names of the tensors.
    enum Name {
        static let vectors = "vectors"
        static let ids = (bytes: "ids", offsets: "id_offsets")
        static let groups = (bytes: "groups", offsets: "group_offsets")
    }

    init(safetensors url: URL) throws {
        let path = url.relativePath
        let file = try SafetensorsFile(contentsOf: url)
        let vectors = try file.tensor(Name.vectors)
        guard vectors.shape.count == 2, vectors.shape[1] > 0, [.float32, .float16].contains(vectors.dtype) else {
            throw LatentError.unsuitable(
                file: path, found: "vectors of the shape \(vectors.shape) and type \(vectors.dtype.rawValue)",
                expected: "[count, channels] of F32 or F16")
        }
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
        let hasGroups = file.names.contains(Name.groups.bytes)
        self.init(
            ids: try table(Name.ids), groups: hasGroups ? try table(Name.groups) : nil, vectors: vectors,
            metadata: file.metadata)
    }

    func writeSafetensors(to url: URL) throws {
        // Wide elements first, so that each tensor begins at a multiple of its element size and can be mapped in place.
        var tensors = [(Name.ids.offsets, ids.offsets)]
        if let groups { tensors.append((Name.groups.offsets, groups.offsets)) }
        tensors += [(Name.vectors, vectors), (Name.ids.bytes, ids.bytes)]
        if let groups { tensors.append((Name.groups.bytes, groups.bytes)) }
        try SafetensorsFile.write(tensors.map { (name: $0.0, tensor: $0.1) }, metadata: metadata, to: url)
    }
}
