import FilesOnDisk
import Foundation

/// The header of a `.npy` file that holds a matrix of floats (format: NumPy's NEP 1, versions 1.0 to 3.0:
/// magic, version, length of the header, a Python dictionary in text, the data).
struct NumPyHeader {
    let shape: [Int]
    let kind: Kind
    let isBigEndian: Bool
    /// Whether columns lie one after another (Fortran order), not rows.
    let isColumnMajor: Bool
    /// Offset of the data in the file.
    let dataStart: Int

    /// Floats; raw values are their sizes in bytes.
    enum Kind: Int {
        case half = 2
        case single = 4
        case double = 8
    }

    private static let magic: [UInt8] = [0x93] + Array("NUMPY".utf8)
    /// The multiple that `dataStart` is of in files that NumPy writes.
    private static let alignment = 64

    /// Reads the header at the beginning of a file. Throws `LatentError`.
    init(readingFrom url: URL) throws {
        let file = url.relativePath
        func unsuitable(_ found: String, _ expected: String) -> LatentError {
            .unsuitable(file: file, found: found, expected: expected)
        }
        let start = try Self.firstBytes(of: url, count: 12)
        guard try !GitLFSPointer.begins(Self.firstBytes(of: url, count: 64)) else {
            throw LatentError.unreadable(file: file, reason: GitLFSPointer.sentence)
        }
        guard start.count == 12, start.prefix(6).elementsEqual(Self.magic), (1...3).contains(start[6]) else {
            throw unsuitable("no NumPy header", "the .npy format, version 1 to 3,")
        }
        let isShort = start[6] == 1
        let length = start[8..<(isShort ? 10 : 12)].reversed().reduce(0) { $0 << 8 | Int($1) }
        let textStart = isShort ? 10 : 12
        // The limit is the longest header that NumPy reads by default.
        guard length <= 10_000 else { throw unsuitable("a header of \(length) bytes", "at most 10000") }
        let bytes = try Self.firstBytes(of: url, count: textStart + length)
        guard bytes.count == textStart + length else {
            throw unsuitable("a header that is cut off", "\(length) bytes of it")
        }
        let text = String(decoding: bytes[textStart...], as: UTF8.self)

        guard let element = text.firstMatch(of: /['"]descr['"]\s*:\s*['"]([<>=])f([248])['"]/),
            let kind = Int(element.2).flatMap(Kind.init)
        else { throw unsuitable("elements that are no floats", "floats of 2, 4 or 8 bytes (<f2, <f4, <f8)") }
        guard let order = text.firstMatch(of: /['"]fortran_order['"]\s*:\s*(True|False)/)?.1 else {
            throw unsuitable("a header without an order", "“fortran_order”")
        }
        guard let lengths = text.firstMatch(of: /['"]shape['"]\s*:\s*\(\s*(\d{1,18})\s*,\s*(\d{1,18})\s*,?\s*\)/),
            let rows = Int(lengths.1), let columns = Int(lengths.2), columns > 0
        else { throw unsuitable("another shape", "a matrix, [count, channels]") }
        (shape, self.kind, dataStart) = ([rows, columns], kind, textStart + length)
        (isBigEndian, isColumnMajor) = (element.1 == ">", order == "True")
    }

    /// The header that NumPy itself writes before a matrix of this shape.
    static func data(shape: [Int], kind: Kind) -> Data {
        let dictionary =
            "{'descr': '<f\(kind.rawValue)', 'fortran_order': False, 'shape': (\(shape[0]), \(shape[1])), }"
        let unpadded = magic.count + 4 + dictionary.utf8.count + 1
        let padding = (alignment - unpadded % alignment) % alignment
        let text = dictionary + String(repeating: " ", count: padding) + "\n"
        return Data(magic + [1, 0, UInt8(text.utf8.count & 0xFF), UInt8(text.utf8.count >> 8)] + Array(text.utf8))
    }

    private static func firstBytes(of url: URL, count: Int) throws -> [UInt8] {
        do {
            return Array(try FileHandle(forReadingFrom: url).read(upToCount: count) ?? Data())
        } catch {
            throw LatentError.unreadable(file: url.relativePath, reason: "no such file, or it may not be read")
        }
    }
}
