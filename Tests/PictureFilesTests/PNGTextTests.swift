import Foundation
import Testing

@testable import PictureFiles

@Suite struct PNGTextTests {
    @Test func everyTextComesBackAsItWent() throws {
        let texts = [
            try PNGText(keyword: "parameters", text: "a dog\nNegative prompt: blur\nSteps: 12, Seed: 7"),
            try PNGText(keyword: "empty", text: ""),
            try PNGText(keyword: "Überschrift", text: "Müller & Söhne ÿ\u{a0}¡"),
            try PNGText(keyword: "utf8", text: "犬 🐕 e\u{301} — \u{85}"),
            try PNGText(keyword: "control", text: "tab\tcr\r\nbell\u{7}"),
            try PNGText(keyword: "utf8", text: "the same keyword again"),
            try PNGText(keyword: String(repeating: "k", count: 79), text: String(repeating: "long ", count: 100_000)),
        ]
        let data = try testPicture().pngData(text: texts)
        let read = try PNGText.read(png: data)
        #expect(read == texts)
        // String equality ignores the form of an accent, but the bytes must not change.
        #expect(read.map { Array($0.text.utf8) } == texts.map { Array($0.text.utf8) })
        #expect(try Picture(png: data) == testPicture())
    }

    @Test func plainTextIsLatin1AndOthersUTF8() throws {
        func type(_ text: String) throws -> String {
            let data = try testPicture().pngData(text: [PNGText(keyword: "k", text: text)])
            return try PNGChunks([UInt8](data), file: "").all[1].type
        }
        #expect(try type("plain\nlines") == "tEXt")
        #expect(try type("naïve") == "tEXt")
        #expect(try type("tab\t") == "iTXt")
        #expect(try type("\u{80}") == "iTXt")
        #expect(try type("犬") == "iTXt")
    }

    @Test func refusesKeywords() {
        let long = String(repeating: "k", count: 80)
        for keyword in ["", " a", "a ", "a  b", "a\nb", "犬", "a\u{a0}b", "a\u{0}", long] {
            #expect(throws: PictureError.self) { try PNGText(keyword: keyword, text: "") }
        }
    }

    @Test func refusesAZeroInTheText() {
        #expect(throws: PictureError.self) { try PNGText(keyword: "k", text: "a\u{0}b") }
    }

    @Test func readsPillowsTexts() throws {
        let texts = try PNGText.read(contentsOf: Fixtures.url("pillow-rgb.png"))
        #expect(
            texts == [
                try PNGText(
                    keyword: "parameters", text: "a dog\nNegative prompt: blur\nSteps: 12, Seed: 7, Size: 40x30"),
                try PNGText(keyword: "Title", text: "Müller & Söhne, 100 ¥"),
                try PNGText(keyword: "Comment", text: "犬 🐕 naïve\nsecond line"),
                try PNGText(keyword: "long", text: String(repeating: "abc ", count: 500)),
                try PNGText(keyword: "long utf8", text: String(repeating: "звук ", count: 300)),
            ])
    }

    @Test func readsTextsBehindThePixels() throws {
        let data = png(width: 1, height: 1, [chunk("IDAT", [1]), chunk("tEXt", Array("k\0late".utf8))])
        #expect(try PNGText.read(png: data) == [PNGText(keyword: "k", text: "late")])
        #expect(try PNGText.read(contentsOf: Fixtures.url("rgb-8.png")) == [])
    }

    /// A cut file gives the texts that are whole.
    @Test func readsWhatATruncatedFileHas() throws {
        let data = try Fixtures.data("pillow-rgb.png")
        let all = try PNGText.read(png: data)
        for length in stride(from: 1, to: data.count, by: 13) {
            do {
                let texts = try PNGText.read(png: data.prefix(length), name: "x.png")
                #expect(all.starts(with: texts))
            } catch let error as PictureFileError {
                #expect(error == PictureFileError(file: "x.png", reason: .truncated) && length < 33)
            }
        }
    }

    private static let brokenChunks: [(String, [UInt8])] = [
        ("tEXt", bytes("no zero")), ("tEXt", bytes("\0no keyword")), ("tEXt", bytes("k\0a\0b")), ("tEXt", []),
        ("zTXt", bytes("k\0")), ("zTXt", bytes("k\0\u{1}abc")), ("zTXt", bytes("k\0\0not zlib")),
        ("zTXt", bytes("k\0\0x")), ("zTXt", []),
        ("iTXt", bytes("k\0")), ("iTXt", bytes("k\0\0\0")), ("iTXt", bytes("k\0\0\0en\0")),
        ("iTXt", bytes("k\0\u{2}\0\0\0text")), ("iTXt", bytes("k\0\u{1}\u{1}\0\0")),
        ("iTXt", bytes("k\0\0\0\0\0") + [0xff, 0xfe]), ("iTXt", []),
    ]

    private static func bytes(_ string: String) -> [UInt8] { Array(string.utf8) }

    @Test func refusesBrokenTextChunks() {
        for (type, data) in Self.brokenChunks {
            let expected = PictureFileError(file: "x.png", reason: .malformed("a \(type) chunk is not what PNG allows"))
            #expect(throws: expected, "\(data)") {
                try PNGText.read(png: png(width: 1, height: 1, [chunk(type, data)]), name: "x.png")
            }
        }
    }

    /// 4 MB of the letter A in 4 kB, five times over, and limits on number and size.
    @Test func refusesDecompressionBombs() throws {
        let bomb = try Fixtures.data("text-bomb.zlib")
        #expect(bomb.count < 5000)
        let one = chunk("zTXt", Array("k\0\0".utf8) + bomb)
        var limits = PictureLimits()
        limits.textBytes = 4_000_001
        #expect(try PNGText.read(png: png(width: 1, height: 1, [one]), limits: limits)[0].text.utf8.count == 4_000_000)
        limits.textBytes = 4_000_000
        expectTooLarge(png(width: 1, height: 1, [one]), limits)
        expectTooLarge(png(width: 1, height: 1, [one, one]), PictureLimits())
        let international = chunk("iTXt", Array("k\0\u{1}\0\0\0".utf8) + bomb)
        limits.textBytes = 0
        expectTooLarge(png(width: 1, height: 1, [international]), limits)
        expectTooLarge(png(width: 1, height: 1, [chunk("tEXt", Array("k\0text".utf8))]), limits)
        let many = (0..<1001).map { _ in chunk("tEXt", Array("k\0".utf8)) }
        expectTooLarge(png(width: 1, height: 1, many), PictureLimits())
        #expect(try PNGText.read(png: png(width: 1, height: 1, Array(many.dropLast()))).count == 1000)
    }

    /// A picture can be read whatever its texts are.
    @Test func pixelsDoNotDependOnTexts() throws {
        let bomb = try Fixtures.data("text-bomb.zlib")
        let whole = [UInt8](try testPicture().pngData())
        let broken =
            Array(repeating: chunk("zTXt", Array("k\0\0".utf8) + bomb), count: 20).flatMap { $0 }
            + chunk("iTXt", [1, 2, 3])
        #expect(try Picture(png: Data(whole[..<33] + broken + whole[33...])) == testPicture())
    }

    private func expectTooLarge(_ data: Data, _ limits: PictureLimits) {
        do {
            _ = try PNGText.read(png: data, name: "x.png", limits: limits)
            Issue.record("not refused")
        } catch {
            guard case .tooLarge? = (error as? PictureFileError)?.reason else {
                Issue.record("\(error)")
                return
            }
        }
    }
}
