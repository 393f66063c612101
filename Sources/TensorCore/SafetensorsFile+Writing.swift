import FilesOnDisk
import Foundation

extension SafetensorsFile {
    /// Writes tensors in the given order, each as it is stored, to a file beside the target that is then renamed into
    /// place. The same tensors give the same bytes. Throws `TensorFileError.unwritable`.
    public static func write(
        _ tensors: [(name: String, tensor: Tensor)], metadata: [String: String] = [:], to url: URL
    ) throws {
        let entries = tensors.map { (name: $0.name, dtype: $0.tensor.dtype, shape: $0.tensor.shape) }
        try write(entries, metadata: metadata, to: url) { index, append in
            try tensors[index].tensor.withBytes(append)
        }
    }

    /// Writes tensors whose data is not at hand as tensors: `bytes` passes the data of each in turn to `append`, in one
    /// piece or several.
    package static func write(
        _ entries: [(name: String, dtype: DType, shape: [Int])], metadata: [String: String] = [:], to url: URL,
        bytes: (_ index: Int, _ append: (UnsafeRawBufferPointer) throws -> Void) throws -> Void
    ) throws {
        var header: [String: Any] = metadata.isEmpty ? [:] : ["__metadata__": metadata]
        var end = 0
        for (name, dtype, shape) in entries {
            let start = end
            end += shape.reduce(dtype.size, *)
            header[name] = ["dtype": dtype.rawValue, "shape": shape, "data_offsets": [start, end]]
        }
        do {
            var json = try JSONSerialization.data(
                withJSONObject: header, options: [.sortedKeys, .withoutEscapingSlashes])
            // Data begins at a multiple of eight, as the format recommends.
            json.append(Data(repeating: UInt8(ascii: " "), count: (8 - json.count % 8) % 8))
            try AtomicFile.write(to: url, overwrite: true) { file in
                try withUnsafeBytes(of: UInt64(json.count).littleEndian, file.append)
                try json.withUnsafeBytes(file.append)
                for index in entries.indices { try bytes(index, file.append) }
            }
        } catch let error as AtomicFileError {
            throw TensorFileError.unwritable(path: url.path(percentEncoded: false), reason: error.reason.cause)
        }
    }
}
