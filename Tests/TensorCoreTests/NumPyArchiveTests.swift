import FilesOnDisk
import Foundation
import TestSupport
import Testing

@testable import TensorCore

/// Archives of `numpy.savez`, whole and made to do harm.
@Suite struct NumPyArchiveTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private static let floats: [Float] = [1, 2, 3, 4, 5, 6]
    private static let bytes = floats.withUnsafeBytes { Data($0) }

    /// An array as NumPy stores it, whose header can be made wrong.
    private static func array(
        _ descr: String = "'<f4'", order: String = "False", shape: String = "(2, 3)", data: Data = bytes
    ) -> Data {
        let text = "{'descr': \(descr), 'fortran_order': \(order), 'shape': \(shape), }\n"
        return Data([0x93] + Array("NUMPY".utf8) + [1, 0, UInt8(text.utf8.count), 0]) + Data(text.utf8) + data
    }

    private func open(_ entries: [(String, Data)]) throws -> NumPyArchive {
        try NumPyArchive(contentsOf: folder.write("weights.npz", StoredZip(entries).data))
    }

    private func expectRefusal(_ entries: [(String, Data)], _ words: String) throws {
        let url = try folder.write("weights.npz", StoredZip(entries).data)
        let error = #expect(throws: TensorFileError.self) { try NumPyArchive(contentsOf: url) }
        guard let error else { return }
        #expect("\(error)".contains(words) && isSentence(error, naming: url), "\(error)")
    }

    @Test func arraysAreTensorsByName() throws {
        let archive = try open([
            ("layer.weight.npy", Self.array()), ("turned.npy", Self.array(order: "True")),
            ("row.npy", Self.array(shape: "(6,)")), ("scalar.npy", Self.array(shape: "()", data: Self.bytes.prefix(4))),
            ("half.npy", Self.array("'<f2'", shape: "(1, 2)", data: Data([0, 0x3C, 0, 0xC0]))),
            ("count.npy", Self.array("'<i8'", shape: "(3,)")), ("large.npy", Self.array("'>f4'")),
            ("flag.npy", Self.array("'|b1'", shape: "(24,)")), ("none.npy", Self.array(shape: "(0, 3)", data: Data())),
        ])
        #expect(archive.names.count == 9)
        #expect(try archive.tensor("layer.weight", shape: [2, 3]).floats == Self.floats)
        #expect(try archive.tensor("turned", shape: [2, 3]).floats == [1, 3, 5, 2, 4, 6])
        #expect(try archive.tensor("row", shape: [6]).floats == Self.floats)
        #expect(try archive.tensor("scalar", shape: []).floats == [1])
        #expect(try archive.tensor("half", shape: [1, 2]).floats == [1, -2])
        #expect(try archive.tensor("none", shape: [0, 3]).count == 0)
        #expect(archive.layout(of: "count")?.dtype == .int64)
        #expect(archive.layout(of: "large") == nil && archive.layout(of: "flag") == nil)
        #expect(
            throws: TensorFileError.unknownType(path: folder.path("weights.npz"), tensor: "flag", type: "b1")
        ) { try archive.tensor("flag") }
        #expect(throws: TensorFileError.missing(path: folder.path("weights.npz"), tensor: "x")) {
            try archive.tensor("x")
        }
    }

    @Test func theFormatIsToldFromTheName() throws {
        let data = StoredZip([("w.npy", Self.array())]).data
        #expect(try TensorFile.open(folder.write("w.npz", data)).names == ["w"])
        #expect(throws: TensorFileError.self) { try TensorFile.open(folder.write("w.bin", data)) }
    }

    @Test func archivesThatLie() throws {
        func refuse(_ array: Data, _ words: String) throws { try expectRefusal([("w.npy", array)], words) }
        try refuse(Data("text".utf8), "no NumPy header")
        try refuse(Self.array().prefix(40), "cut off")
        try refuse(Self.array(shape: "(2, 4)"), "has 24 bytes, but its shape [2, 4] needs 32")
        try refuse(Self.array(shape: "(2, 2)"), "has 24 bytes, but its shape [2, 2] needs 16")
        try refuse(Self.array(shape: "(4611686018427387904, 4)"), "impossible shape")
        try refuse(Self.array(shape: "(99999999999999999999, 4)"), "an impossible shape")
        try refuse(Self.array(shape: "('a', 4)"), "without a shape")
        try refuse(Self.array("[('a', '<f4')]"), "no numbers")
        try refuse(Self.array(order: "Perhaps"), "without an order")
        try expectRefusal([("w.npy", Self.array()), ("readme.txt", Data("x".utf8))], "“readme.txt” in it is no array")
        try expectRefusal([("w.npy", Self.array()), ("w.npy", Self.array())], "two files “w.npy”")
        var archive = StoredZip([("w.npy", Self.array())])
        archive.entries[0].method = 8
        let url = try folder.write("packed.npz", archive.data)
        #expect(throws: TensorFileError.self) { try NumPyArchive(contentsOf: url) }
        // No elements, and lengths that no memory holds beside.
        let empty = try open([("w.npy", Self.array(shape: "(0, 4611686018427387904, 4)", data: Data()))])
        #expect(try empty.tensor("w").count == 0)
    }
}
