import Foundation

extension SafetensorsFile {
    /// Writes tensors in the given order, each as it is stored, beside the target and renamed into place.
    /// The same tensors give the same bytes. Throws `TensorFileError.unwritable`.
    public static func write(
        _ tensors: [(name: String, tensor: Tensor)], metadata: [String: String] = [:], to url: URL
    ) throws {
        let entries = tensors.map { (name: $0.name, dtype: $0.tensor.dtype, shape: $0.tensor.shape) }
        try write(entries, metadata: metadata, to: url) { index, append in
            try tensors[index].tensor.withBytes(append)
        }
    }

    /// The same for tensors that are not at hand as such: `bytes` hands those of one after the other to `append`, in
    /// one piece or several.
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
            let file = try UnfinishedFile(beside: url)
            do {
                try withUnsafeBytes(of: UInt64(json.count).littleEndian) { try file.append($0) }
                try json.withUnsafeBytes { try file.append($0) }
                for index in entries.indices { try bytes(index, file.append) }
                precondition(file.count == 8 + json.count + end, "tensors of another size than was announced")
                try file.finish()
            } catch {
                file.discard()
                throw error
            }
        } catch let error as POSIXError {
            throw TensorFileError.unwritable(
                path: url.path(percentEncoded: false), reason: String(cString: strerror(error.code.rawValue)))
        }
    }
}

/// A file that is written piece by piece under another name beside its place, and moved there when it is whole.
private final class UnfinishedFile {
    private(set) var count = 0
    private let target: String
    private let path: String
    private let descriptor: Int32

    /// Throws `POSIXError`, as all the following do.
    init(beside url: URL) throws {
        target = url.path(percentEncoded: false)
        let name = ".fusemix-gen-\(String(UInt64.random(in: 0 ... .max), radix: 16)).tmp"
        path = url.deletingLastPathComponent().appending(path: name).path(percentEncoded: false)
        descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
        guard descriptor >= 0 else { throw Self.failure() }
    }

    func append(_ bytes: UnsafeRawBufferPointer) throws {
        var written = 0
        while written < bytes.count {
            let result = write(descriptor, bytes.baseAddress! + written, bytes.count - written)
            if result < 0 && errno == EINTR { continue }
            guard result > 0 else { throw Self.failure() }
            written += result
        }
        count += bytes.count
    }

    /// Sees the bytes onto the disk and gives the file its name.
    func finish() throws {
        // EINVAL, EROFS: a file system that cannot do this, and need not.
        guard fsync(descriptor) == 0 || errno == EINVAL || errno == EROFS else { throw Self.failure() }
        guard rename(path, target) == 0 else { throw Self.failure() }
        close(descriptor)
    }

    func discard() {
        close(descriptor)
        unlink(path)
    }

    private static func failure() -> POSIXError { POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO) }
}
