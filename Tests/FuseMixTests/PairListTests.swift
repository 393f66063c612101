import Foundation
import TestSupport
import Testing

@testable import FuseMix

@Suite struct PairListTests {
    private let none: [String]? = nil

    private func read(_ text: String, x: [String] = ["a", "b"], y: [String] = ["1", "2", "3"]) throws -> PairList {
        let folder = try TemporaryFolder()
        return try PairList(contentsOf: folder.write("pairs.tsv", text), xIDs: x, yIDs: y, xGroups: none)
    }

    @Test func captionsShareAnX() throws {
        let pairs = try read("x\ty\na\t1\na\t2\r\nb\t3\n")
        #expect(pairs.xRows == [0, 0, 1])
        #expect(pairs.yRows == [0, 1, 2])
        #expect(pairs.groups == [0, 0, 1])
        #expect(pairs.groupNames == ["a", "b"])
    }

    @Test func byteOrderMarkIsNoPartOfTheHeader() throws {
        let plain = "x\ty\na\t1\nb\t2\n"
        #expect(try read("\u{FEFF}" + plain) == read(plain))
    }

    @Test func columnsInAnyOrder() throws {
        let pairs = try read("split\tgroup\ty\tx\ntrain\tg\t1\ta\nvalidation\th\t2\tb\ntest\tk\t3\tb\n")
        #expect(pairs.groupNames == ["g", "h", "k"])
        #expect(pairs.parts == [.train, .validation, .test])
        let split = try PairSplit(pairs, by: .fraction(0.5), seed: 0)
        #expect(split == (try PairSplit(pairs, by: .fraction(0), seed: 9)))
        #expect(split.training == [0] && split.validation == [1])
    }

    @Test(arguments: [
        ("x\ty\na\t9\n", "“9”, which the latents of y"), ("x\ty\nc\t1\n", "“c”, which the latents of x"),
        ("x\ty\na\n", "Line 2"), ("x\tz\na\t1\n", "Line 1"), ("x\ty\tx\na\t1\ta\n", "Line 1"), ("x\ty\n", "no line"),
        ("", "no line"), ("x\ty\tsplit\na\t1\tdev\n", "train, validation or test"),
    ])
    func badTables(text: String, saying words: String) throws {
        do {
            _ = try read(text)
            Issue.record("accepted \(text)")
        } catch {
            #expect("\(error)".contains(words), "\(error)")
        }
    }

    @Test func badFiles() throws {
        #expect(throws: PairListError.self) {
            try PairList(contentsOf: URL(filePath: "/nowhere/pairs.tsv"), xIDs: ["a"], yIDs: ["1"], xGroups: none)
        }
        let folder = try TemporaryFolder()
        let url = try folder.write("pairs.tsv", Data([0x78, 0x09, 0x79, 0x0A, 0xFF, 0x09, 0x31]))
        #expect(throws: PairListError.self) {
            try PairList(contentsOf: url, xIDs: ["a"], yIDs: ["1"], xGroups: none)
        }
    }

    @Test func equalIDsPair() throws {
        let pairs = try PairList(xIDs: ["a", "b"], yIDs: ["b", "a"], xGroups: ["g", "g"])
        #expect(pairs.xRows == [0, 1] && pairs.yRows == [1, 0] && pairs.groups == [0, 0])
        #expect(throws: PairListError.unpaired(id: "c", side: "y")) {
            try PairList(xIDs: ["a", "c"], yIDs: ["a"], xGroups: none)
        }
        #expect(throws: PairListError.unpaired(id: "z", side: "x")) {
            try PairList(xIDs: ["a"], yIDs: ["a", "z"], xGroups: none)
        }
        #expect(throws: PairListError.repeated(id: "a", side: "x")) {
            try PairList(xIDs: ["a", "a"], yIDs: ["a"], xGroups: none)
        }
    }

    @Test(arguments: [0.05, 0.3, 0.9], [0 as UInt64, 42])
    func splitNeverTearsAGroup(fraction: Double, seed: UInt64) throws {
        let names = (0..<400).map { "group \($0 * 7919 % 37)" }
        let pairs = PairList(xRows: Array(0..<400), yRows: Array(0..<400), groups: names)
        let split = try PairSplit(pairs, by: .fraction(fraction), seed: seed)
        let training = Set(split.training.map { pairs.groups[$0] })
        let validation = Set(split.validation.map { pairs.groups[$0] })
        #expect(training.isDisjoint(with: validation))
        #expect(Set(split.training + split.validation) == Set(0..<400))
        #expect(validation.count == Int((37 * fraction).rounded()))
        #expect(try PairSplit(pairs, by: .fraction(fraction), seed: seed) == split)
    }

    @Test func splitsThatCannotBe() throws {
        let pairs = PairList(xRows: [0, 1], yRows: [0, 1], groups: ["g", "g"], parts: [.train, .validation])
        #expect(throws: PairListError.torn(group: "g", parts: [.train, .validation])) {
            try PairSplit(pairs, by: .fraction(0.1), seed: 0)
        }
        #expect(throws: PairListError.noGroup(name: "h")) { try PairSplit(pairs, by: .groups(["h"]), seed: 0) }
        let single = PairList(xRows: [0], yRows: [0], groups: ["g"])
        #expect(throws: PairListError.self) { try PairSplit(single, by: .fraction(0.5), seed: 0) }
    }
}
