import Testing

@testable import FrozenEncoders

@Suite struct TextWarningTests {
    @Test func aCutTellsWhere() {
        var tokens = TokenizedText(room: 5)
        for word in ["one", "two", "three", "four", "five", "six", "seven"] { tokens.add(word, [7]) }
        #expect(tokens.ids.count == 5)
        let warnings = tokens.warnings(of: "x", limit: 7)
        #expect(warnings.map(\.kind) == [.truncated(limit: 7, kept: "two three four five", lost: "six seven")])
        #expect(warnings.allSatisfy { $0.description.hasPrefix("“x” is longer than the 7 tokens") })
    }

    /// A word of which only the first pieces are read is lost.
    @Test func aWordCutInTwoIsLost() {
        var tokens = TokenizedText(room: 2)
        tokens.add("a", [1])
        tokens.add("longer", [2, 3, 4])
        #expect(tokens.ids == [1, 2] && tokens.kept == ["a"] && tokens.lost == ["longer"])
    }

    @Test(arguments: [(0, 2, false), (1, 2, false), (2, 3, true), (1, 1, true), (0, 0, false)])
    func mostWordsUnknown(unknown: Int, words: Int, warns: Bool) {
        var tokens = TokenizedText(room: 50)
        for index in 0..<words { tokens.add("w", [1], isUnknown: index < unknown) }
        tokens.add(".", [2], isPunctuation: true)
        let expected = TextWarning.Kind.unknownWords(unknown: unknown, words: words)
        #expect(tokens.warnings(of: "x", limit: 9).map(\.kind) == (warns ? [expected] : []))
    }
}
