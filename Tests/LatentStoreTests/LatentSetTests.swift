import Foundation
import TensorCore
import TestSupport
import Testing

@testable import LatentStore

@Suite struct LatentSetTests {
    let scratch: TemporaryFolder

    init() throws { scratch = try TemporaryFolder() }

    static let values: [Float] = (0..<12).map { Float($0) / 4 - 1 }
    static let ids = ["a dog.wav", "", "ひつじ\t🐑", "line\nbreak"]
    static let groups = ["one", "one", "two", ""]

    func set(ids: [String] = LatentSetTests.ids, groups: [String]? = LatentSetTests.groups, half: Bool = false)
        -> LatentSet
    {
        let vectors = Tensor(Self.values, shape: [4, 3])
        return LatentSet(
            ids: ids, groups: groups, vectors: half ? vectors.float16() : vectors, metadata: ["encoder": "yamnet"])
    }

    @Test(arguments: [false, true])
    func aSafetensorsFileGivesBackWhatWasWritten(half: Bool) throws {
        let file = scratch.url("a.safetensors")
        for groups in [Self.groups, nil] {
            let written = set(groups: groups, half: half)
            try written.write(to: file)
            let read = try LatentSet(contentsOf: file)
            #expect(Array(read.ids) == Self.ids && read.groups.map { Array($0) } == groups)
            #expect(read.vectors.dtype == (half ? .float16 : .float32) && read.vectors.floats == Self.values)
            #expect(read.metadata == ["encoder": "yamnet"])
            let bytes = try Data(contentsOf: file)
            try read.write(to: scratch.url("b.safetensors"))
            #expect(try Data(contentsOf: scratch.url("b.safetensors")) == bytes)
        }
    }

    @Test(arguments: [false, true])
    func anNPYFileGivesBackWhatWasWritten(half: Bool) throws {
        let file = scratch.url("a.npy"), ids = ["a", "", "ひつじ\t🐑", "d"]
        for groups in [nil, Self.groups] {
            try set(ids: ids, groups: groups, half: half).write(to: file)
            let read = try LatentSet(contentsOf: file)
            #expect(Array(read.ids) == ids && read.groups.map { Array($0) } == groups)
            #expect(read.vectors.floats == Self.values && read.metadata == ["encoder": "yamnet"])
        }
    }

    @Test func metadataThatIsNoneIsOneSentence() throws {
        let file = try fixture("single.npy")
        for text in ["", "[]", "{\"encoder\": 3}"] {
            try Data(text.utf8).write(to: scratch.url("single.metadata.json"))
            expectSentence(naming: file, part: "single.metadata.json")
        }
    }

    @Test(arguments: ["a.npy", "a.safetensors"])
    func aPointerOfGitLFSIsNamed(name: String) throws {
        let pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n"
        let file = try scratch.write(name, Data(pointer.utf8))
        expectSentence(naming: file, part: "run git lfs pull")
    }

    @Test func groupsOfAnOlderSetDoNotStay() throws {
        let file = scratch.url("a.npy"), ids = ["a", "b", "c", "d"]
        try set(ids: ids).write(to: file)
        try set(ids: ids, groups: nil).write(to: file)
        #expect(try LatentSet(contentsOf: file).groups == nil)
    }

    @Test func rowsAreGatheredInTheOrderAskedFor() {
        for half in [false, true] {
            let set = set(half: half)
            #expect(set.rows([3, 0, 3]).floats == Array(Self.values[9...] + Self.values[..<3] + Self.values[9...]))
            #expect(set.rows(1..<3).shape == [2, 3])
            #expect(set.rows([]).shape == [0, 3])
        }
    }

    @Test func anEmptySetIsASet() throws {
        for name in ["e.safetensors", "e.npy"] {
            let file = scratch.url(name)
            try LatentSet(ids: [], vectors: Tensor(zeros: [0, 5])).write(to: file)
            let read = try LatentSet(contentsOf: file)
            #expect(read.count == 0 && read.channels == 5 && Array(read.ids).isEmpty)
        }
    }

    @Test func anIdWithALineBreakHasNoPlaceBesideANPYFile() throws {
        let file = scratch.url("a.npy")
        #expect(throws: LatentError.self) { try set().write(to: file) }
        #expect(try scratch.names.isEmpty)
    }

    @Test func onlyKnownEndingsAreTaken() {
        let file = scratch.url("a.pt")
        #expect(throws: LatentError.unknownForm(file: file.relativePath)) { try LatentSet(contentsOf: file) }
        #expect(throws: LatentError.unknownForm(file: file.relativePath)) { try set().write(to: file) }
    }

    // MARK: Files from elsewhere

    func fixture(_ name: String) throws -> URL {
        let file = try scratch.copy(Bundle.module.bundleURL.appending(path: "Fixtures/\(name)"), to: name)
        let ids = file.deletingPathExtension().appendingPathExtension("ids.txt")
        try Data("a\nb\r\nc\nd".utf8).write(to: ids)
        return file
    }

    @Test(arguments: ["half", "single", "double", "version3", "big", "fortran"])
    func matricesThatNumPyWroteAreRead(name: String) throws {
        let read = try LatentSet(contentsOf: fixture("\(name).npy"))
        #expect(Array(read.ids) == ["a", "b", "c", "d"] && read.groups == nil)
        #expect(read.vectors.shape == [4, 3] && read.vectors.floats == Self.values)
        #expect(read.vectors.dtype == (name == "half" ? .float16 : .float32))
    }

    @Test(arguments: ["half", "single"])
    func whatIsWrittenIsWhatNumPyWrites(name: String) throws {
        let file = scratch.url("ours.npy")
        try set(ids: ["a", "b", "c", "d"], half: name == "half").write(to: file)
        #expect(try Data(contentsOf: file) == Data(contentsOf: fixture("\(name).npy")))
    }

    /// Headers of other writers quote in the other way; files of ids may begin with a mark.
    @Test func otherQuotesAndAMarkAreRead() throws {
        let file = try fixture("single.npy")
        var bytes = try Data(contentsOf: file)
        for index in 10..<128 where bytes[index] == UInt8(ascii: "'") { bytes[index] = UInt8(ascii: "\"") }
        try bytes.write(to: file)
        try Data("\u{FEFF}a\nb\nc\nd\n".utf8).write(to: scratch.url("single.ids.txt"))
        let read = try LatentSet(contentsOf: file)
        #expect(read.vectors.floats == Self.values && Array(read.ids) == ["a", "b", "c", "d"])
    }

    @Test(arguments: ["whole", "vector"])
    func otherArraysAreOneSentence(name: String) throws {
        let file = try fixture("\(name).npy")
        expectSentence(naming: file)
    }

    @Test(arguments: [0, 5, 9, 40, 127, 128, 140])
    func aCutOffNPYFileIsOneSentence(length: Int) throws {
        let file = try fixture("single.npy")
        try Data(contentsOf: file).prefix(length).write(to: file)
        expectSentence(naming: file)
    }

    @Test func theNumberOfIdsIsThatOfTheRows() throws {
        let file = try fixture("single.npy"), ids = scratch.url("single.ids.txt")
        for text in ["a\nb\nc\n", "a\nb\nc\nd\ne\n", ""] {
            try Data(text.utf8).write(to: ids)
            expectSentence(naming: file, part: "single.ids.txt")
        }
        try Data([0x61, 0x0A, 0xFF]).write(to: ids)
        expectSentence(naming: file, part: "single.ids.txt")
    }

    @Test func rowsWithoutIdsAreNumbered() throws {
        let file = try fixture("single.npy")
        try FileManager.default.removeItem(at: scratch.url("single.ids.txt"))
        let bare = try LatentSet(contentsOf: file)
        #expect(bare.isNumbered && Array(bare.ids) == ["0", "1", "2", "3"] && bare.vectors.floats == Self.values)
        #expect(try !LatentSet(contentsOf: fixture("half.npy")).isNumbered)
    }

    /// Files that other programs write: matrices of any name, without ids.
    @Test func anyMatrixOfASafetensorsFile() throws {
        let file = scratch.url("a.safetensors")
        let matrix = Tensor(Self.values, shape: [4, 3]), other = Tensor(Self.values, shape: [6, 2])
        let names = ["labels", "embeddings"]
        try SafetensorsFile.write([(names[0], Tensor(zeros: [4])), (names[1], matrix)], to: file)
        for name in [nil, "embeddings"] {
            let read = try LatentSet(contentsOf: file, tensor: name)
            #expect(read.isNumbered && read.vectors.floats == Self.values && Array(read.ids) == ["0", "1", "2", "3"])
        }
        #expect(throws: TensorFileError.self) { try LatentSet(contentsOf: file, tensor: "absent") }
        #expect(throws: LatentError.self) { try LatentSet(contentsOf: file, tensor: "labels") }

        try SafetensorsFile.write([("text", other), ("image", matrix)], to: file)
        #expect(throws: LatentError.choice(file: file.relativePath, tensors: ["text", "image"])) {
            try LatentSet(contentsOf: file)
        }
        #expect(try LatentSet(contentsOf: file, tensor: "image").vectors.shape == [4, 3])
        #expect(try LatentSet(contentsOf: file, tensor: "text").vectors.shape == [6, 2])
        try SafetensorsFile.write([("labels", Tensor(zeros: [4]))], to: file)
        expectSentence(naming: file)
    }

    /// Brain floats are read as single ones, of the same value.
    @Test func brainFloats() throws {
        let file = scratch.url("a.safetensors")
        let halves = Self.values.map { UInt16($0.bitPattern >> 16) }
        try SafetensorsFile.write(
            [("e", halves.withUnsafeBytes { Tensor(copying: $0, shape: [4, 3], dtype: .bfloat16) })], to: file)
        let read = try LatentSet(contentsOf: file)
        #expect(read.vectors.dtype == .float32 && read.vectors.floats == Self.values)
    }

    /// Whole numbers count where there is no matrix of floats.
    @Test func doublesAndWholeNumbers() throws {
        let file = scratch.url("a.safetensors")
        let doubles = Self.values.map(Double.init).withUnsafeBytes {
            Tensor(copying: $0, shape: [4, 3], dtype: .float64)
        }
        let shorts = (0..<12).map { Int16($0 - 6) }.withUnsafeBytes {
            Tensor(copying: $0, shape: [4, 3], dtype: .int16)
        }
        try SafetensorsFile.write([("mask", shorts), ("e", doubles)], to: file)
        #expect(try LatentSet(contentsOf: file).vectors.floats == Self.values)
        #expect(try LatentSet(contentsOf: file, tensor: "mask").vectors.floats == (0..<12).map { Float($0 - 6) })
        try SafetensorsFile.write([("mask", shorts)], to: file)
        #expect(try LatentSet(contentsOf: file).vectors.floats[0] == -6)
    }

    @Test(
        arguments: [
            ([0, 2, 1, 3, 3], "abc"), ([1, 1, 2, 3, 3], "abc"), ([0, 1, 2, 3], "abc"), ([0, 1, 2, 3, 4], "abc"),
            ([0, 1, 2, 3, 2], "abc"), ([0, -1, 2, 3, 3], "abc"), ([0, .max, 2, 3, 3], "abc"), ([0, 1, 2, 3, 3], "aé"),
        ] as [([Int64], String)])
    func offsetsThatLieAreOneSentence(offsets: [Int64], blob: String) throws {
        let file = scratch.url("a.safetensors")
        let offsetTensor = offsets.withUnsafeBytes { Tensor(copying: $0, shape: [offsets.count], dtype: .int64) }
        let bytes = Array(blob.utf8).withUnsafeBytes { Tensor(copying: $0, shape: [$0.count], dtype: .uint8) }
        try SafetensorsFile.write(
            [("vectors", Tensor(Self.values, shape: [4, 3])), ("id_offsets", offsetTensor), ("ids", bytes)], to: file)
        expectSentence(naming: file)
    }

    @Test func vectorsThatAreNoMatrixAreOneSentence() throws {
        let file = scratch.url("a.safetensors"), table = StringTable(["a", "b"])
        for vectors in [
            Tensor(zeros: [2]), Tensor(zeros: [2, 1, 1]), Tensor(zeros: [2, 0]), Tensor(zeros: [3, 1]),
        ] {
            try SafetensorsFile.write(
                [("vectors", vectors), ("id_offsets", table.offsets), ("ids", table.bytes)], to: file)
            expectSentence(naming: file)
        }
        try Data("no tensors".utf8).write(to: file)
        expectSentence(naming: file)
        expectSentence(naming: scratch.url("absent.safetensors"))
        expectSentence(naming: scratch.url("absent.npy"))
    }

    func expectSentence(naming file: URL, part: String? = nil, sourceLocation: SourceLocation = #_sourceLocation) {
        let error = #expect(throws: (any Error).self, sourceLocation: sourceLocation) {
            try LatentSet(contentsOf: file)
        }
        let sentence = error.map { "\($0)" } ?? ""
        #expect(
            sentence.contains(part ?? file.lastPathComponent) && sentence.hasSuffix(".") && !sentence.contains("\n"),
            "\(sentence)", sourceLocation: sourceLocation)
    }
}
