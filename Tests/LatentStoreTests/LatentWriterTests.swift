import Foundation
import TensorCore
import TestSupport
import Testing

@testable import LatentStore

@Suite struct LatentWriterTests {
    let scratch: TemporaryFolder
    let url: URL

    init() throws {
        scratch = try TemporaryFolder()
        url = scratch.url("a.safetensors")
    }

    func writer(
        _ earlier: LatentWriter.Earlier = .refuse, dtype: DType = .float32, encoder: String = "yamnet"
    ) throws -> LatentWriter {
        try LatentWriter(to: url, channels: 3, dtype: dtype, metadata: ["encoder": encoder], earlier: earlier)
    }

    /// Adds rows whose names are as long as their numbers are large.
    func add(_ range: Range<Int>, to writer: LatentWriter) throws {
        for index in range where !writer.ids.contains(id(index)) {
            let vector = Tensor((0..<3).map { Float(index) + Float($0) / 4 }, shape: [3])
            try writer.append(id: id(index), group: index % 2 == 0 ? "even" : nil, vector: vector)
        }
    }

    func id(_ index: Int) -> String { String(repeating: "é", count: index) + ".wav" }

    func whole(dtype: DType = .float32) throws -> Data {
        let writer = try writer(.overwrite, dtype: dtype)
        try add(0..<7, to: writer)
        try writer.finish()
        return try Data(contentsOf: url)
    }

    @Test(arguments: [DType.float32, .float16])
    func whatIsFinishedIsASetAndNothingElse(dtype: DType) throws {
        let bytes = try whole(dtype: dtype)
        #expect(try scratch.names == ["a.safetensors"])
        let set = try LatentSet(contentsOf: url)
        #expect(
            Array(set.ids) == (0..<7).map(id) && set.vectors.dtype == dtype && set.metadata == ["encoder": "yamnet"])
        #expect(set.groups.map { Array($0) } == (0..<7).map { $0 % 2 == 0 ? "even" : id($0) })
        #expect(set.rows([6]).floats == [6, 6.25, 6.5])
        #expect(try whole(dtype: dtype) == bytes)
    }

    /// When either file is truncated anywhere, whole rows are kept, and the finished set is the same.
    @Test(arguments: [DType.float32, .float16])
    func aResumedRunMakesTheSameFile(dtype: DType) throws {
        let bytes = try whole(dtype: dtype)
        try add(0..<5, to: try writer(.overwrite, dtype: dtype))
        let partial = try Data(contentsOf: LatentWriter.partial(of: url))
        let journal = try Data(contentsOf: LatentWriter.journal(of: url))
        let header = try #require(journal.firstIndex(of: UInt8(ascii: "\n"))) + 1
        for cut in 0..<40 {
            try FileManager.default.removeItem(at: url)
            try partial.prefix(cut % 2 == 0 ? partial.count : partial.count * cut / 40)
                .write(to: LatentWriter.partial(of: url))
            try journal.prefix(cut % 3 == 0 ? journal.count : max(header, journal.count * cut / 40))
                .write(to: LatentWriter.journal(of: url))
            let writer = try writer(.resume, dtype: dtype)
            #expect(writer.ids == (0..<writer.count).map(id) && writer.count <= 5)
            try add(0..<7, to: writer)
            try writer.finish()
            #expect(try Data(contentsOf: url) == bytes, "cut \(cut)")
        }
    }

    @Test func aRowWithAWrongChecksumEndsWhatIsKept() throws {
        try add(0..<5, to: try writer())
        var partial = try Data(contentsOf: LatentWriter.partial(of: url))
        partial[30] ^= 1
        try partial.write(to: LatentWriter.partial(of: url))
        #expect(try writer(.resume).count == 2)
    }

    @Test func whatIsLeftIsNotLostUnasked() throws {
        try add(0..<2, to: try writer())
        #expect(throws: LatentError.self) { try writer() }
        #expect(throws: LatentError.self) { try writer(.resume, encoder: "other") }
        #expect(throws: LatentError.self) { try writer(.resume, dtype: .float16) }
        #expect(try writer(.resume).count == 2)
        #expect(try writer(.overwrite).count == 0)
    }

    @Test func aFinishedFileIsNotReplacedUnasked() throws {
        _ = try whole()
        #expect(throws: (any Error).self) { try writer() }
        #expect(throws: (any Error).self) { try writer(.resume) }
        try writer(.overwrite).finish()
        #expect(try LatentSet(contentsOf: url).count == 0)
    }

    @Test func twoRunsDoNotWriteOneSet() throws {
        let first = try writer()
        try add(0..<2, to: first)
        for earlier in [LatentWriter.Earlier.refuse, .resume, .overwrite] {
            #expect(throws: LatentError.self) { try writer(earlier) }
        }
        try add(2..<3, to: first)
        try first.finish()
        #expect(try LatentSet(contentsOf: url).rows([0, 2]).floats == [0, 0.25, 0.5, 2, 2.25, 2.5])
    }

    /// A file truncated before the end of its first line holds no row.
    @Test func tornBeforeTheFirstRow() throws {
        try Data("{\"chan".utf8).write(to: LatentWriter.journal(of: url))
        #expect(throws: LatentError.self) { try writer() }
        let torn = try writer(.resume)
        #expect(torn.count == 0)
        try add(0..<2, to: torn)
    }

    @Test func withoutItsVectorsAJournalHoldsNoRow() throws {
        try add(0..<2, to: try writer())
        try FileManager.default.removeItem(at: LatentWriter.partial(of: url))
        let torn = try writer(.resume)
        #expect(torn.count == 0)
        try add(0..<2, to: torn)
        try torn.finish()
        #expect(try LatentSet(contentsOf: url).count == 2)
    }

    @Test func aChangedOriginOrGroupShows() throws {
        let same: [String: (group: String?, origin: String)] = ["a": (nil, "1"), "b": ("g", "2"), "c": (nil, "3")]
        func expectChangesToShow(in writer: LatentWriter) {
            #expect(writer.firstChanged { same[$0] } == nil)
            #expect(writer.firstChanged { $0 == "a" ? (nil, "0") : same[$0] } == "a")
            #expect(writer.firstChanged { $0 == "b" ? (nil, "2") : same[$0] } == "b")
            #expect(writer.firstChanged { $0 == "a" ? same[$0] : nil } == "b")
        }
        do {
            let first = try writer()
            for (id, group, origin) in [("a", nil, "1"), ("b", "g", "2")] as [(String, String?, String)] {
                try first.append(id: id, group: group, origin: origin, vector: Tensor(zeros: [3]))
            }
            expectChangesToShow(in: first)
        }
        expectChangesToShow(in: try writer(.resume))
    }

    @Test func idsDiffer() throws {
        let writer = try writer()
        try add(0..<2, to: writer)
        #expect(throws: LatentError.repeated(id: id(1))) {
            try writer.append(id: id(1), group: nil, vector: Tensor(zeros: [3]))
        }
        #expect(writer.count == 2)
    }
}
