import Foundation
import TestSupport
import Testing

@testable import PictureFiles

@Suite struct PNGReadTests {
    /// Every colour type, depth and interlacing, and Pillow's own files, against exact pixels.
    @Test func readsEveryKindOfPNG() throws {
        let expected: [String: Fixtures.Pixels] = try Fixtures.decode("expected.json")
        #expect(expected.count == 55)
        for (name, pixels) in expected {
            #expect(try Picture(contentsOf: Fixtures.url(name)) == pixels.picture, "\(name)")
        }
    }

    /// A wrong byte anywhere breaks the signature, a length, or a CRC.
    @Test func noticesDamage() throws {
        let data = try Fixtures.data("pillow-rgba.png")
        for position in stride(from: 0, to: data.count, by: 7) {
            var damaged = data
            damaged[position] ^= 0x10
            let file = try? PictureFile(png: [UInt8](damaged), file: "x.png", limits: PictureLimits())
            #expect(file?.warnings.isEmpty != true, "byte \(position)")
        }
    }

    @Test func refusesWhatIsNotPNG() throws {
        #expect(readingError(Data()) == .notPNG)
        #expect(readingError(Data("RIFF....WAVEfmt ".utf8)) == .notPNG)
        #expect(readingError(Data([0xff, 0xd8, 0xff, 0xe0, 0, 16])) == .notPNG)
        var data = try Fixtures.data("rgb-8.png")
        data[0] = 0x88
        #expect(readingError(data) == .notPNG)
    }

    @Test func namesTheChunkWithAWrongCRC() throws {
        var data = try Fixtures.data("rgb-8.png")
        data[data.count - 1] ^= 1
        let file = try PictureFile(png: [UInt8](data), file: "x.png", limits: PictureLimits())
        #expect(file.warnings.map(\.kind) == [.damaged(share: 1, reason: "the CRC of its IEND chunk is wrong")])
    }

    @Test func refusesGiantsBeforeTakingMemory() {
        let pixels = chunk("IDAT", [0x78, 0x9c, 0x03, 0, 0, 0, 0, 1])
        for (width, height) in [(UInt32(0x7fff_ffff), UInt32(0x7fff_ffff)), (40_000, 1), (1, 40_000), (32_768, 32_768)]
        {
            guard case .tooLarge = readingError(png(width: width, height: height, [pixels])) else {
                Issue.record("\(width)x\(height) was not refused as too large")
                continue
            }
        }
        // The size is allowed, but 8 compressed bytes can never hold it.
        guard case .malformed = readingError(png(width: 8000, height: 8000, [pixels])) else {
            Issue.record("8000x8000 pixels in 8 bytes were not refused")
            return
        }
    }

    @Test func keepsToTheLimitsGiven() throws {
        let data = try Fixtures.data("rgb-8.png")
        func refused(_ change: (inout PictureLimits) -> Void) -> Bool {
            var limits = PictureLimits()
            change(&limits)
            if case .tooLarge = readingError(data, limits: limits) { return true }
            return false
        }
        #expect(refused { $0.side = 12 } && !refused { $0.side = 13 })
        #expect(refused { $0.pixels = 142 } && !refused { $0.pixels = 143 })
        #expect(refused { $0.fileBytes = data.count - 1 } && !refused { $0.fileBytes = data.count })
    }

    @Test func refusesBrokenHeaders() {
        for data in [
            png(width: 0, height: 1, []), png(width: 1, height: 0, []), png(width: 0x8000_0000, height: 1, []),
            png(width: 1, height: 1, depth: 3, []), png(width: 1, height: 1, colour: 5, []),
            png(width: 1, height: 1, depth: 1, colour: 2, []),
            Data(PNGChunks.signature + chunk("IEND", [])),
            Data(PNGChunks.signature + chunk("IHDR", [0, 0, 0, 1]) + chunk("IEND", [])),
            Data(PNGChunks.signature + [0xff, 0xff, 0xff, 0xff] + Array("IHDR".utf8) + [0, 0, 0, 0]),
            Data(PNGChunks.signature + chunk("I?DR", [])),
        ] {
            guard case .malformed = readingError(data) else {
                Issue.record("not refused as malformed: \(Array(data))")
                continue
            }
        }
    }

    @Test func refusesBrokenPixelData() {
        for chunks in [
            [],  // none
            [chunk("IDAT", [1, 2, 3, 4, 5, 6, 7, 8])],  // not zlib
            [chunk("IDAT", [0x78, 0x9c, 0x03, 0, 0, 0, 0, 1])],  // zlib of nothing
            [chunk("PLTE", [1, 2]), chunk("IDAT", [0x78, 0x9c, 0x03, 0, 0, 0, 0, 1])],
        ] {
            guard case .malformed = readingError(png(width: 1, height: 1, chunks)) else {
                Issue.record("not refused as malformed: \(chunks)")
                continue
            }
        }
        // A palette picture without its palette.
        let paletteless = png(
            width: 1, height: 1, colour: 3, [chunk("IDAT", [0x78, 0x9c, 0x63, 0x60, 0, 0, 0, 2, 0, 1])])
        guard case .malformed = readingError(paletteless) else {
            Issue.record("a palette picture without a palette was not refused")
            return
        }
    }

    @Test func whatFollowsTheEndIsIgnored() throws {
        let data = try Fixtures.data("rgb-8.png")
        #expect(try Picture(png: data + Data("more".utf8)) == Picture(png: data))
    }

    @Test func namesFilesThatCannotBeRead() throws {
        let folder = try TemporaryFolder()
        let missing = folder.url("missing.png")
        #expect(
            throws: PictureFileError(file: missing.relativePath, reason: .unreadable("No such file or directory"))
        ) {
            try Picture(contentsOf: missing)
        }
        #expect(
            throws: PictureFileError(file: folder.url.relativePath, reason: .unreadable("it is not a regular file"))
        ) {
            try Picture(contentsOf: folder.url)
        }
        let pipe = folder.url("pipe.png")
        #expect(mkfifo(pipe.path, 0o600) == 0)
        #expect(throws: PictureFileError(file: pipe.relativePath, reason: .unreadable("it is not a regular file"))) {
            try Picture(contentsOf: pipe)
        }
    }

    @Test func errorsAreOneSentenceThatNamesTheFile() {
        for reason: PictureFileError.Reason in [
            .unreadable("why"), .notAPicture, .otherFormat("GIF"), .gitLFSPointer, .notPNG, .notJPEG, .truncated,
            .malformed("why"), .tooLarge("why"),
            .outOfMemory,
        ] {
            let sentence = PictureFileError(file: "a/b.png", reason: reason).description
            #expect(sentence.hasPrefix("a/b.png ") && !sentence.contains("\n") && !sentence.contains(". "))
        }
    }
}
