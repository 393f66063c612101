import FilesOnDisk
import Foundation
import TensorCore

/// The header of a `.npy` file that holds a matrix of floats.
struct MatrixHeader {
    /// `[rows, columns]`.
    let shape: [Int]
    let kind: Kind
    let dataStart: Int
    private let isBigEndian, isColumnMajor: Bool

    enum Kind: String {
        case half = "f2"
        case single = "f4"
        case double = "f8"
    }

    /// Reads the header at the beginning of a file. Throws `LatentError`.
    init(readingFrom url: URL) throws {
        let file = url.relativePath
        func unsuitable(_ found: String, _ expected: String) -> LatentError {
            .unsuitable(file: file, found: found, expected: expected)
        }
        let data: Data
        do {
            data = try FileHandle(forReadingFrom: url).read(upToCount: NumPyHeader.longest) ?? Data()
        } catch {
            throw LatentError.unreadable(file: file, reason: "no such file, or it may not be read")
        }
        guard !GitLFSPointer.begins(Array(data.prefix(64))) else {
            throw LatentError.unreadable(file: file, reason: GitLFSPointer.sentence)
        }
        let header: NumPyHeader
        do throws(NumPyHeader.Fault) { header = try NumPyHeader(data) } catch {
            throw unsuitable(error.found, error.expected)
        }
        guard let kind = Kind(rawValue: header.element) else {
            throw unsuitable("elements that are no floats", "floats of 2, 4 or 8 bytes (<f2, <f4, <f8)")
        }
        guard header.shape.count == 2, header.shape[1] > 0 else {
            throw unsuitable("another shape", "a matrix, [count, channels]")
        }
        (shape, self.kind, dataStart) = (header.shape, kind, header.dataStart)
        (isBigEndian, isColumnMajor) = (header.isBigEndian, header.isColumnMajor)
    }

    var elementSize: Int {
        switch kind {
        case .half: 2
        case .single: 4
        case .double: 8
        }
    }

    /// The type of a matrix that can be used as it lies in the file; nil for one that must be converted.
    var mappedType: DType? {
        guard !isBigEndian, !isColumnMajor else { return nil }
        switch kind {
        case .half: return .float16
        case .single: return .float32
        case .double: return nil
        }
    }

    /// Returns an element of the file by its place in rows after rows.
    func element(_ index: Int, of bytes: UnsafeRawBufferPointer) -> Float {
        let place = isColumnMajor ? index % shape[1] * shape[0] + index / shape[1] : index
        let offset = dataStart + place * elementSize
        func bits<Bits: FixedWidthInteger>(_: Bits.Type) -> Bits {
            let stored = bytes.loadUnaligned(fromByteOffset: offset, as: Bits.self)
            return isBigEndian ? Bits(bigEndian: stored) : Bits(littleEndian: stored)
        }
        switch kind {
        case .half: return Float(Float16(bitPattern: bits(UInt16.self)))
        case .single: return Float(bitPattern: bits(UInt32.self))
        case .double: return Float(Double(bitPattern: bits(UInt64.self)))
        }
    }
}
