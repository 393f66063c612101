import FilesOnDisk
import Foundation
import TestSupport
import Testing

@testable import FrozenEncoders

/// Models of SentencePiece that are broken, or of a kind that is not read.
@Suite struct SentencePieceFileTests {
    private let scratch: TemporaryFolder
    private let whole = PublishedSentenceEncoderTests.folder("sentencepiece/sentencepiece.bpe.model")

    init() throws { scratch = try TemporaryFolder() }

    /// A message in the wire format.
    private struct Message {
        var bytes: [UInt8] = []

        func text(_ field: UInt8, _ contents: [UInt8]) -> Message {
            Message(bytes: bytes + [field << 3 | 2, UInt8(contents.count)] + contents)
        }

        func number(_ field: Int, _ value: UInt8) -> Message {
            let tag = field << 3
            return Message(
                bytes: bytes + (tag < 128 ? [UInt8(tag)] : [UInt8(tag & 127 | 128), UInt8(tag >> 7)]) + [value])
        }

        func score(_ value: Float) -> Message {
            Message(bytes: bytes + [2 << 3 | 5] + (0..<4).map { UInt8(value.bitPattern >> (8 * $0) & 255) })
        }

        func piece(_ text: String, _ kind: UInt8 = 1, score: Float = -1) -> Message {
            self.text(1, Message().text(1, Array(text.utf8)).score(score).number(3, kind).bytes)
        }
    }

    private static let usual = Message().piece("<unk>", 2).piece("<s>", 3).piece("</s>", 3).piece("▁a").piece("b")

    private func read(_ bytes: [UInt8]) throws -> TextTokenizer {
        let file = try scratch.write("sentencepiece.bpe.model", Data(bytes))
        return TextTokenizer(try .init(xlmRoBERTa: file), maximumTokens: 40)
    }

    @Test func aSmallModelIsRead() throws {
        let tokenizer = try read(Self.usual.bytes)
        #expect(tokenizer.vocabularySize == 7 && tokenizer.tokenIDs(of: " ab  a犬犬") == [0, 4, 5, 4, 3, 2])
    }

    /// What the file is, and what is said of it.
    private static let broken: [(bytes: [UInt8], words: String)] = {
        var rows: [(bytes: [UInt8], words: String)] = []
        func add(_ message: Message, _ words: String) { rows.append((message.bytes, words)) }
        func add(_ bytes: [UInt8], _ words: String) { rows.append((bytes, words)) }
        add(Array("a text".utf8), "no such message")
        add([UInt8](), "0 pieces")
        add(usual.bytes + [1 << 3 | 2, 9, 0], "no such message")
        add(usual.bytes + [1 << 3] + Array(repeating: 255, count: 11), "no such message")
        add(usual.bytes + [1 << 3 | 3], "no such message")
        add(usual.bytes + [0, 0], "no such message")
        add(usual.piece(""), "no such message")
        add(usual.text(1, [1 << 3 | 2, 1, 0xFF]), "no such message")
        add(usual.piece("c", 7), "no such message")
        add(usual.text(2, Message().number(3, 4).bytes), "kind char")
        add(usual.text(2, Message().number(3, 9).bytes), "kind 9")
        add(usual.text(2, Message().number(35, 1).bytes), "no piece “<0x00>”")
        add(usual.piece("<0x00>", 6), "the piece “<0x00>”")
        add(usual.piece("<0x00>", 6).text(2, Message().number(35, 1).bytes), "no piece “<0x01>”")
        add(usual.piece("c", 5).text(2, Message().number(3, 2).bytes), "“c”")
        add(usual.text(2, Message().number(24, 1).bytes), "ends of words")
        add(usual.text(3, Message().text(2, [9, 0, 0, 0, 1]).bytes), "table of characters")
        add(usual.piece("c", score: .nan), "no number")
        add(usual.piece("b"), "twice")
        add(usual.piece("c", 2), "2 unknown pieces")
        add(Message().piece("a"), "0 unknown pieces")
        add(usual.piece("user", 4), "“user”")
        add(Message().piece("a").piece("b").piece("c").piece("<unk>", 2), "another order")
        return rows
    }()

    @Test(arguments: broken.indices) func refuses(row: Int) {
        let (bytes, words) = Self.broken[row]
        expectSentence(naming: scratch.url("sentencepiece.bpe.model"), words) { _ = try read(bytes) }
    }

    /// Wherever the file ends, it is read or refused.
    @Test func aFileThatIsCutIsReadOrRefused() throws {
        let bytes = [UInt8](try Data(contentsOf: whole))
        for length in Array(0..<400) + Array(stride(from: 400, to: bytes.count, by: 4999)) {
            do {
                #expect(try read(Array(bytes.prefix(length))).tokenIDs(of: "a dog").count <= 40)
            } catch is FileContentError {}
        }
    }
}
