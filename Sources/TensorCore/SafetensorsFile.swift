import FilesOnDisk
import Foundation

/// A file of named tensors in the safetensors format, memory-mapped and checked when it is opened
/// (format: the “safetensors” README, section “Format”: an 8-byte header length, a JSON header, the data).
public struct SafetensorsFile: TensorSource {
    /// Names in the order of their data.
    public let names: [String]
    /// The header's `__metadata__`.
    public let metadata: [String: String]
    package let path: String
    /// Offset in the file of what follows the header.
    package let dataStart: Int
    private let storage: TensorStorage
    private let entries: [String: Entry]

    /// The reference implementation's own limit on a header.
    private static let longestHeader = 100_000_000

    /// A tensor's place in the file.
    private struct Entry {
        /// As the file spells it.
        let type: String
        let shape: [Int]
        /// Offsets in the file.
        let bytes: Range<Int>
    }

    /// Opens and checks a file. Throws `TensorFileError` when it cannot be read or any length, shape or range in it is
    /// wrong. A tensor of an unknown type harms nothing until it is read.
    public init(contentsOf url: URL) throws {
        path = url.path(percentEncoded: false)
        storage = try TensorStorage(mapping: url)
        let (header, dataStart) = try Self.header(of: storage, path: path)
        self.dataStart = dataStart
        metadata = header["__metadata__"] as? [String: String] ?? [:]

        var entries: [String: Entry] = [:]
        for (name, fields) in header where name != "__metadata__" {
            entries[name] = try Self.entry(fields, name, dataStart..<storage.byteCount, path: path)
        }
        self.entries = entries
        names = entries.sorted { ($0.value.bytes.lowerBound, $0.key) < ($1.value.bytes.lowerBound, $1.key) }.map(\.key)
    }

    package func releasePages() { storage.releasePages() }

    /// Returns the tensor as it is stored, without a copy where it lies at a multiple of its element's size. Throws
    /// `TensorFileError.missing`, `.unknownType`.
    public func tensor(_ name: String) throws -> Tensor {
        guard let entry = entries[name] else { throw TensorFileError.missing(path: path, tensor: name) }
        guard let dtype = DType(rawValue: entry.type) else {
            throw TensorFileError.unknownType(path: path, tensor: name, type: entry.type)
        }
        return storage.tensor(at: entry.bytes.lowerBound, shape: entry.shape, dtype: dtype)
    }

    package func layout(of name: String) -> (dtype: DType, shape: [Int])? {
        entries[name].flatMap { entry in DType(rawValue: entry.type).map { ($0, entry.shape) } }
    }

    private static func header(of storage: TensorStorage, path: String) throws -> ([String: Any], dataStart: Int) {
        guard storage.byteCount >= 8 else {
            throw TensorFileError.malformed(path: path, reason: "it is shorter than its 8-byte header length")
        }
        guard !GitLFSPointer.begins(UnsafeRawBufferPointer(start: storage.base, count: storage.byteCount)) else {
            throw TensorFileError.unreadable(path: path, reason: GitLFSPointer.sentence)
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

    /// Checks a tensor's fields; `data` are the offsets that the file's tensors lie at.
    private static func entry(_ fields: Any, _ name: String, _ data: Range<Int>, path: String) throws -> Entry {
        func malformed(_ reason: String) -> TensorFileError {
            .malformed(path: path, reason: "tensor “\(name.onOneLine)” \(reason)")
        }
        guard let fields = fields as? [String: Any], let type = fields["dtype"] as? String,
            let shape = fields["shape"] as? [Int], let offsets = fields["data_offsets"] as? [Int]
        else { throw malformed("lacks dtype, shape or data_offsets") }
        guard offsets.count == 2, offsets[0] >= 0, offsets[1] >= offsets[0], offsets[1] <= data.count else {
            throw malformed("lies outside the file")
        }
        let entry = Entry(
            type: type, shape: shape, bytes: data.lowerBound + offsets[0]..<data.lowerBound + offsets[1])
        guard let dtype = DType(rawValue: type) else { return entry }
        guard let bytes = dtype.byteCount(of: shape) else { throw malformed("has the impossible shape \(shape)") }
        guard bytes == entry.bytes.count else {
            throw malformed("has \(entry.bytes.count) bytes, but its shape \(shape) needs \(bytes)")
        }
        return entry
    }
}

/// Errors in a file of tensors; each case reads as one sentence.
public enum TensorFileError: DescribedError, Equatable {
    case unreadable(path: String, reason: String)
    case malformed(path: String, reason: String)
    /// A PyTorch file that is not whole or not as `torch.save` writes it.
    case malformedTorch(path: String, reason: String)
    /// A NumPy archive that is not whole or not as `numpy.savez` writes it.
    case malformedNumPy(path: String, reason: String)
    /// A file that is not read for what it is, or would do.
    case refused(path: String, reason: String)
    case missing(path: String, tensor: String)
    case unknownType(path: String, tensor: String, type: String)
    case unexpectedShape(path: String, tensor: String, found: [Int], expected: [Int])
    case notFinite(path: String, tensor: String)
    /// Weights of which several are unfit: what is wrong with the first ten, and how many there are.
    ///
    /// `isComplete` is false where so much is wrong that the rest was not looked at.
    case unfit(path: String, faults: [String], count: Int, isComplete: Bool)
    case unwritable(path: String, reason: String)

    private static let types = "one of " + DType.allCases.map(\.rawValue).joined(separator: ", ")

    public var description: String {
        switch self {
        case .unreadable(let path, let reason):
            "\(path) cannot be read as a file of tensors: \(reason)."
        case .malformed(let path, let reason):
            "\(path) is not a valid safetensors file: \(reason)."
        case .malformedTorch(let path, let reason):
            "\(path) is not a valid PyTorch file: \(reason)."
        case .malformedNumPy(let path, let reason):
            "\(path) is not a valid NumPy archive: \(reason)."
        case .refused(let path, let reason):
            "\(path) is not read: \(reason)."
        case .missing(let path, let tensor):
            "\(path) holds no tensor “\(tensor.onOneLine)”, which the model expects."
        case .unknownType(let path, let tensor, let type):
            "Tensor “\(tensor.onOneLine)” in \(path) has the type \(type.onOneLine), but \(Self.types) was expected."
        case .unexpectedShape(let path, let tensor, let found, let expected):
            "Tensor “\(tensor.onOneLine)” in \(path) has shape \(found), but \(expected) was expected."
        case .notFinite(let path, let tensor):
            "Tensor “\(tensor.onOneLine)” in \(path) holds numbers that are not finite, so the file is damaged."
        case .unfit(let path, let faults, let count, let isComplete):
            "\(path) does not fit the network that is expected of it in \(isComplete ? "" : "at least ")\(count) tensor\(count == 1 ? "" : "s"): \(faults.joined(separator: ", "))\(count > faults.count ? " and so on" : "")."
        case .unwritable(let path, let reason):
            "\(path) cannot be written: \(reason)."
        }
    }
}
