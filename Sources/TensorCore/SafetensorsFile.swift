import FilesOnDisk
import Foundation

/// A file of named tensors in the safetensors format, memory-mapped and checked when it is opened
/// (format: the “safetensors” README, section “Format”: an 8-byte header length, a JSON header, the data).
public struct SafetensorsFile: Sendable {
    /// Names in the order of their data.
    public let names: [String]
    /// The header's `__metadata__`.
    public let metadata: [String: String]
    private let path: String
    private let tensors: [String: Tensor]

    /// The reference implementation's own limit on a header.
    private static let longestHeader = 100_000_000

    /// Opens and checks a file. Throws `TensorFileError` when it cannot be read or any length, type, shape or range in
    /// it is wrong.
    public init(contentsOf url: URL) throws {
        path = url.path(percentEncoded: false)
        let storage = try TensorStorage(mapping: url)
        let (header, dataStart) = try Self.header(of: storage, path: path)
        metadata = header["__metadata__"] as? [String: String] ?? [:]

        var tensors: [String: Tensor] = [:]
        var starts: [String: Int] = [:]
        for (name, entry) in header where name != "__metadata__" {
            let (tensor, start) = try Self.tensor(entry, name, in: storage, from: dataStart, path: path)
            (tensors[name], starts[name]) = (tensor, start)
        }
        self.tensors = tensors
        names = starts.sorted { ($0.value, $0.key) < ($1.value, $1.key) }.map(\.key)
    }

    /// Returns the tensor as it is stored, without a copy. Throws `TensorFileError.missing`.
    public func tensor(_ name: String) throws -> Tensor {
        guard let tensor = tensors[name] else { throw TensorFileError.missing(path: path, tensor: name) }
        return tensor
    }

    /// Returns the tensor as it is stored, its shape checked. Throws `TensorFileError.missing`, `.unexpectedShape`.
    public func tensor(_ name: String, shape: [Int]) throws -> Tensor {
        let tensor = try tensor(name)
        guard tensor.shape == shape else {
            throw TensorFileError.unexpectedShape(path: path, tensor: name, found: tensor.shape, expected: shape)
        }
        return tensor
    }

    private static func header(of storage: TensorStorage, path: String) throws -> ([String: Any], dataStart: Int) {
        guard storage.byteCount >= 8 else {
            throw TensorFileError.malformed(path: path, reason: "it is shorter than its 8-byte header length")
        }
        let length = UInt64(littleEndian: storage.base.loadUnaligned(as: UInt64.self))
        guard length <= UInt64(min(storage.byteCount - 8, longestHeader)) else {
            throw TensorFileError.malformed(path: path, reason: "the header length \(length) exceeds the file")
        }
        let bytes = Data(bytesNoCopy: storage.base + 8, count: Int(length), deallocator: .none)
        guard let header = try? JSONSerialization.jsonObject(with: bytes) as? [String: Any] else {
            throw TensorFileError.malformed(path: path, reason: "the header is not a JSON object")
        }
        return (header, 8 + Int(length))
    }

    private static func tensor(
        _ entry: Any, _ name: String, in storage: TensorStorage, from dataStart: Int, path: String
    ) throws -> (Tensor, start: Int) {
        func malformed(_ reason: String) -> TensorFileError {
            .malformed(path: path, reason: "tensor “\(name.onOneLine)” \(reason)")
        }
        guard let entry = entry as? [String: Any], let spelling = entry["dtype"] as? String,
            let shape = entry["shape"] as? [Int], let offsets = entry["data_offsets"] as? [Int]
        else { throw malformed("lacks dtype, shape or data_offsets") }
        guard let dtype = DType(rawValue: spelling) else {
            throw malformed("has the unknown type \(spelling.onOneLine)")
        }
        guard offsets.count == 2, offsets[0] >= 0, offsets[1] >= offsets[0],
            offsets[1] <= storage.byteCount - dataStart
        else { throw malformed("lies outside the file") }

        var bytes = dtype.size
        for length in shape {
            let (product, overflow) = bytes.multipliedReportingOverflow(by: length)
            guard length >= 0, !overflow else { throw malformed("has the impossible shape \(shape)") }
            bytes = product
        }
        guard bytes == offsets[1] - offsets[0] else {
            throw malformed("has \(offsets[1] - offsets[0]) bytes, but its shape \(shape) needs \(bytes)")
        }
        let start = dataStart + offsets[0]
        // The format packs tensors without gaps, so that a float may follow an odd number of halves.
        if start % dtype.size == 0 {
            return (Tensor(storage: storage, byteOffset: start, shape: shape, dtype: dtype), start)
        }
        let copy = TensorStorage(byteCount: bytes)
        copy.base.copyMemory(from: storage.base + start, byteCount: bytes)
        return (Tensor(storage: copy, byteOffset: 0, shape: shape, dtype: dtype), start)
    }
}

/// Errors in a file of tensors; each case reads as one sentence.
public enum TensorFileError: DescribedError, Equatable {
    case unreadable(path: String, reason: String)
    case malformed(path: String, reason: String)
    case missing(path: String, tensor: String)
    case unexpectedShape(path: String, tensor: String, found: [Int], expected: [Int])
    case unwritable(path: String, reason: String)

    public var description: String {
        switch self {
        case .unreadable(let path, let reason):
            "\(path) cannot be read as a safetensors file: \(reason)."
        case .malformed(let path, let reason):
            "\(path) is not a valid safetensors file: \(reason)."
        case .missing(let path, let tensor):
            "\(path) holds no tensor “\(tensor.onOneLine)”, which the model expects."
        case .unexpectedShape(let path, let tensor, let found, let expected):
            "Tensor “\(tensor.onOneLine)” in \(path) has shape \(found), but \(expected) was expected."
        case .unwritable(let path, let reason):
            "\(path) cannot be written: \(reason)."
        }
    }
}
