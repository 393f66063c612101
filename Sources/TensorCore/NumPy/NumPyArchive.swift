import FilesOnDisk

import struct Foundation.URL

/// Tensors in a file of `numpy.savez` (`.npz`), memory-mapped and checked when it is opened: a zip archive that stores an
/// array `NAME.npy` for each tensor `NAME`.
package struct NumPyArchive: TensorSource {
    package let path: String
    package let names: [String]
    private let storage: TensorStorage
    private let entries: [String: Entry]

    private enum Entry {
        case tensor(StridedEntry)
        /// Elements of another type, as the file spells it.
        case unknown(type: String)
    }

    /// Opens and checks a file. Throws `TensorFileError`. A tensor of an unknown type harms nothing until it is read.
    package init(contentsOf url: URL) throws {
        path = url.path(percentEncoded: false)
        let storage = try TensorStorage(mapping: url)
        self.storage = storage
        let bytes = UnsafeRawBufferPointer(start: storage.base, count: storage.byteCount)
        defer { withExtendedLifetime(storage) {} }
        do {
            var entries: [String: Entry] = [:]
            for (file, range) in try StoredArchive(bytes).entries {
                guard file.hasSuffix(".npy") else {
                    throw StoredArchive.Fault(reason: "“\(file.onOneLine)” in it is no array, which ends with .npy")
                }
                let name = String(file.dropLast(".npy".count))
                entries[name] = try Self.entry(name, range, of: bytes)
            }
            self.entries = entries
            names = entries.keys.sorted()
        } catch let fault as StoredArchive.Fault {
            throw TensorFileError.malformedNumPy(path: path, reason: fault.reason)
        }
    }

    package func releasePages() { storage.releasePages() }

    package func layout(of name: String) -> (dtype: DType, shape: [Int])? {
        guard case .tensor(let entry) = entries[name] else { return nil }
        return (entry.dtype, entry.shape)
    }

    /// Returns the tensor as it is stored, without a copy where its elements lie row after row. Throws
    /// `TensorFileError.missing`, `.unknownType`.
    package func tensor(_ name: String) throws -> Tensor {
        switch entries[name] {
        case nil: throw TensorFileError.missing(path: path, tensor: name)
        case .unknown(let type): throw TensorFileError.unknownType(path: path, tensor: name, type: type)
        case .tensor(let entry): return entry.tensor(in: storage)
        }
    }

    /// Checks that the array has the bytes that its shape needs.
    private static func entry(_ name: String, _ range: Range<Int>, of bytes: UnsafeRawBufferPointer) throws -> Entry {
        func fault(_ reason: String) -> StoredArchive.Fault { .init(reason: "array “\(name.onOneLine)” \(reason)") }
        let header: NumPyHeader
        do throws(NumPyHeader.Fault) { header = try NumPyHeader(bytes[range]) } catch {
            throw fault("has \(error.found), but \(error.expected) was expected")
        }
        guard let dtype = header.dtype else { return .unknown(type: header.element) }
        let found = range.count - header.dataStart
        guard let needed = dtype.byteCount(of: header.shape) else {
            throw fault("has the impossible shape \(header.shape)")
        }
        guard found == needed else {
            throw fault("has \(found) bytes, but its shape \(header.shape) needs \(needed)")
        }
        let strides =
            header.isColumnMajor
            ? StridedEntry.rowMajor(header.shape.reversed()).reversed() : StridedEntry.rowMajor(header.shape)
        return .tensor(
            StridedEntry(
                dtype: dtype, shape: header.shape, strides: strides, start: range.lowerBound + header.dataStart))
    }
}

extension NumPyHeader {
    /// The type of elements that can be read as they are stored.
    fileprivate var dtype: DType? {
        guard !isBigEndian else { return nil }
        return switch element {
        case "f8": .float64
        case "f4": .float32
        case "f2": .float16
        case "i8": .int64
        case "i4": .int32
        case "i2": .int16
        case "i1": .int8
        case "u8": .uint64
        case "u4": .uint32
        case "u2": .uint16
        case "u1": .uint8
        default: nil
        }
    }
}
