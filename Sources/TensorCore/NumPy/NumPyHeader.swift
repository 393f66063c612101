import Foundation

/// The header of a `.npy` file (format: NumPy's NEP 1, versions 1.0 to 3.0: magic, version, length of the header, a Python
/// dictionary in text, the data).
package struct NumPyHeader {
    /// The type of the elements as the file spells it, without the order of their bytes: “f4” for floats of four.
    package let element: String
    package let isBigEndian: Bool
    /// Whether the first axis runs fastest (Fortran order), not the last.
    package let isColumnMajor: Bool
    package let shape: [Int]
    /// Offset of the data in the file.
    package let dataStart: Int

    package struct Fault: Error {
        package let found, expected: String
    }

    /// The bytes that a header takes at most; longer ones NumPy does not read by default.
    package static let longest = 10_000 + 12

    private static let magic: [UInt8] = [0x93] + Array("NUMPY".utf8)
    /// The multiple that `dataStart` is of in files that NumPy writes.
    private static let alignment = 64
    private static let mostAxes = 64

    /// Reads the header that a file begins with; throws where it is none, or broken.
    ///
    /// - Parameter bytes: All of a file, or its first `longest` bytes.
    package init(_ bytes: some RandomAccessCollection<UInt8>) throws(Fault) {
        let start = Array(bytes.prefix(12))
        guard start.count == 12, start.starts(with: Self.magic), (1...3).contains(start[6]) else {
            throw Fault(found: "no NumPy header", expected: "the .npy format, version 1 to 3,")
        }
        let textStart = start[6] == 1 ? 10 : 12
        let length = start[8..<textStart].reversed().reduce(0) { $0 << 8 | Int($1) }
        guard length <= 10_000 else { throw Fault(found: "a header of \(length) bytes", expected: "at most 10000") }
        let dictionary = bytes.dropFirst(textStart).prefix(length)
        guard dictionary.count == length else {
            throw Fault(found: "a header that is cut off", expected: "\(length) bytes of it")
        }
        let text = String(decoding: dictionary, as: UTF8.self)

        guard let type = text.firstMatch(of: /['"]descr['"]\s*:\s*['"]([<>=|])([a-zA-Z]\d{1,9})['"]/) else {
            throw Fault(found: "elements that are no numbers", expected: "a “descr” such as '<f4'")
        }
        guard let order = text.firstMatch(of: /['"]fortran_order['"]\s*:\s*(True|False)/)?.1 else {
            throw Fault(found: "a header without an order", expected: "“fortran_order”")
        }
        guard let list = text.firstMatch(of: /['"]shape['"]\s*:\s*\(([\d\s,]*)\)/)?.1 else {
            throw Fault(found: "a header without a shape", expected: "“shape”")
        }
        let lengths = list.split(separator: ",").map { Int($0.trimmingCharacters(in: .whitespaces)) }
        guard lengths.count <= Self.mostAxes, !lengths.contains(nil) else {
            throw Fault(found: "an impossible shape", expected: "at most \(Self.mostAxes) lengths below 2⁶³")
        }
        (element, isBigEndian, isColumnMajor) = (String(type.2), type.1 == ">", order == "True")
        (shape, dataStart) = (lengths.compactMap(\.self), textStart + length)
    }

    /// The header that NumPy itself writes before an array of this shape, row after row.
    ///
    /// - Parameter element: As in the property of that name.
    package static func data(shape: [Int], element: String) -> Data {
        let lengths = shape.map(String.init).joined(separator: ", ") + (shape.count == 1 ? "," : "")
        let dictionary = "{'descr': '<\(element)', 'fortran_order': False, 'shape': (\(lengths)), }"
        let unpadded = magic.count + 4 + dictionary.utf8.count + 1
        let padding = (alignment - unpadded % alignment) % alignment
        let text = dictionary + String(repeating: " ", count: padding) + "\n"
        return Data(magic + [1, 0, UInt8(text.utf8.count & 0xFF), UInt8(text.utf8.count >> 8)] + Array(text.utf8))
    }
}
