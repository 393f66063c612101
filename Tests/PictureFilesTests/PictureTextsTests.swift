import Foundation
import TestSupport
import Testing

@testable import PictureFiles

@Suite struct PictureTextsTests {
    let scratch: TemporaryFolder

    init() throws { scratch = try TemporaryFolder() }

    func comment(_ jpeg: Data) throws -> String? {
        try PictureTexts(contentsOf: scratch.write("a.jpg", jpeg))[PictureTexts.userComment]
    }

    @Test(arguments: [false, true])
    func aJPEGsCommentIsReadInBothOrdersOfUTF16(isLittleEndian: Bool) throws {
        for text in ["a fox, 砂漠 é\nSteps: 20", "\u{feff}a fox", ""] {
            let jpeg = JPEGComment.jpeg(JPEGComment.unicode(text, isLittleEndian: isLittleEndian))
            #expect(try comment(jpeg) ?? "" == text.replacing("\u{feff}", with: ""))
        }
    }

    @Test func aJPEGsCommentMayBeUTF8() throws {
        for code in ["ASCII\0\0\0", "\0\0\0\0\0\0\0\0"] {
            #expect(try comment(JPEGComment.jpeg(Data((code + "a fox é").utf8))) == "a fox é")
        }
        #expect(try comment(JPEGComment.jpeg(Data("ASCII\0\0\0".utf8) + [0xff, 0xfe])) == nil)
        #expect(try comment(Fixtures.data("jpeg/orientation-6.jpg")) == nil)
    }

    /// Any byte of the structure broken: another text or none, and never a trap.
    @Test func brokenEXIFHasNoComment() throws {
        let whole = JPEGComment.jpeg(JPEGComment.unicode("a fox"))
        for at in 2..<whole.count {
            for value: UInt8 in [0, 1, 0x7f, 0x80, 0xff] {
                var broken = whole
                broken[at] = value
                _ = EXIFSegment(ofJPEG: Array(broken))?.userComment
            }
            _ = EXIFSegment(ofJPEG: Array(whole.prefix(at)))?.userComment
        }
        #expect(EXIFSegment(ofJPEG: Array(whole))?.userComment == "a fox")
    }

    @Test func ofEqualKeywordsInAPNGTheFirstCounts() throws {
        let picture = try Picture(width: 1, height: 1, pixels: [1, 2, 3])
        let texts = try [("a", "1"), ("b", "砂"), ("a", "2")].map { try PNGText(keyword: $0, text: $1) }
        let file = try scratch.write("a.png", picture.pngData(text: texts))
        let read = try PictureTexts(contentsOf: file)
        #expect(read["a"] == "1" && read["b"] == "砂" && read["c"] == nil)
    }
}
