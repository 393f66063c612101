import Foundation

extension SafetensorsFile {
    /// Writes tensors in the given order, each as it is stored, beside the target and renamed into place.
    /// The same tensors give the same bytes. Throws `TensorFileError.unwritable`.
    public static func write(
        _ tensors: [(name: String, tensor: Tensor)], metadata: [String: String] = [:], to url: URL
    ) throws {
        var header: [String: Any] = metadata.isEmpty ? [:] : ["__metadata__": metadata]
        var end = 0
        for (name, tensor) in tensors {
            let start = end
            end += tensor.count * tensor.dtype.size
            header[name] = ["dtype": tensor.dtype.rawValue, "shape": tensor.shape, "data_offsets": [start, end]]
        }
        do {
            var json = try JSONSerialization.data(
                withJSONObject: header, options: [.sortedKeys, .withoutEscapingSlashes])
            // Data begins at a multiple of eight, as the format recommends.
            json.append(Data(repeating: UInt8(ascii: " "), count: (8 - json.count % 8) % 8))
            var file = withUnsafeBytes(of: UInt64(json.count).littleEndian) { Data($0) }
            file.append(json)
            for (_, tensor) in tensors { tensor.withBytes { file.append(contentsOf: $0) } }
            try file.write(to: url, options: .atomic)
        } catch {
            throw TensorFileError.unwritable(path: url.path(percentEncoded: false), reason: "\(error)")
        }
    }
}
