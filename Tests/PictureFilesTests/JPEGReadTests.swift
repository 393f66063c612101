import Foundation
import TestSupport
import Testing

@testable import PictureFiles

/// Comparisons with Pillow's pixels; see Training/fixtures/jpeg_fixtures.py.
@Suite struct JPEGReadTests {
    /// Reads every colour space, subsampling, coding and orientation; every byte equals Pillow's, since both use
    /// libjpeg-turbo's exact integer transform and its triangle filter.
    @Test func readsEveryKindOfJPEG() throws {
        let expected: [String: Fixtures.Pixels] = try Fixtures.decode("jpeg.json")
        #expect(expected.count == 24)
        for (name, pixels) in expected {
            #expect(try Picture(contentsOf: Fixtures.url("jpeg/\(name)")) == pixels.picture, "\(name)")
        }
    }

    @Test func readsPNGAndJPEGWhateverTheirName() throws {
        let folder = try TemporaryFolder()
        for (name, renamed) in [("jpeg/fine.jpg", "a.png"), ("rgb-8.png", "b.jpg")] {
            let url = try folder.write(renamed, Fixtures.data(name))
            #expect(try Picture(contentsOf: url) == Picture(contentsOf: Fixtures.url(name)))
        }
        let other = folder.url("c.jpg")
        for bytes in [Data(), Data("RIFF....WAVEfmt ".utf8), Data([0xff, 0xd9, 0xff])] {
            try bytes.write(to: other)
            #expect(throws: PictureFileError(file: other.relativePath, reason: .notAPicture)) {
                try Picture(contentsOf: other)
            }
        }
        for bytes in [Data([0xff]), Data([0xff, 0xd8]), Data([0x89, 0x50])] {
            try bytes.write(to: other)
            #expect(throws: PictureFileError(file: other.relativePath, reason: .truncated)) {
                try Picture(contentsOf: other)
            }
        }
    }

    @Test func tellsWhatIsNotJPEG() throws {
        #expect(readingError(jpeg: Data()) == .notJPEG)
        #expect(try readingError(jpeg: Fixtures.data("rgb-8.png")) == .notJPEG)
    }

    /// Damaged files are refused or still give a picture, and never end the program.
    @Test(arguments: ["ycc420-baseline", "ycc444-progressive", "cmyk-baseline", "restarts", "orientation-5"])
    func survivesDamagedFiles(name: String) throws {
        let data = try Fixtures.data("jpeg/\(name).jpg")
        for position in 0..<data.count {
            for flip: UInt8 in [0x01, 0x80, 0xff] {
                var damaged = data
                damaged[position] ^= flip
                _ = readingError(jpeg: damaged)
            }
        }
    }

    @Test func usesAPictureWithAHoleInIt() throws {
        let data = try Fixtures.data("jpeg/fine.jpg")
        let scan = try #require(data.firstRange(of: Data([0xff, 0xda]))).upperBound
        let holed = data[..<(scan + 900)] + data[(data.count - 2)...]
        let file = try PictureFile(jpeg: [UInt8](holed), file: "x.jpg", limits: PictureLimits())
        guard case .damaged(let share, Self.endsEarly) = file.warnings.first?.kind else {
            Issue.record("a picture without its second half was read as \(file.warnings)")
            return
        }
        #expect(share > 0 && share < 1)
    }

    @Test func whatFollowsTheEndIsIgnored() throws {
        let data = try Fixtures.data("jpeg/rgb.jpg")
        #expect(try Picture(jpeg: data + Data("more".utf8)) == Picture(jpeg: data))
    }

    /// The size is in the frame header: SOF0, a length, the precision, then rows and columns.
    @Test func refusesGiantsBeforeTakingMemory() throws {
        for (height, width) in [(65_500, 1), (1, 65_500), (32_768, 32_768)] {
            guard case .tooLarge = try readingError(jpeg: resized("ycc444-baseline", height, width)) else {
                Issue.record("\(width)x\(height) was not refused as too large")
                continue
            }
        }
        // The size is allowed, but the file ends long before.
        #expect(try readingError(jpeg: resized("ycc444-baseline", 8000, 8000)) == .malformed(Self.endsEarly))
        guard case .malformed = try readingError(jpeg: resized("grey-baseline", 0, 37)) else {
            Issue.record("a picture without rows was not refused")
            return
        }
    }

    static let endsEarly = "Corrupt JPEG data: premature end of data segment"

    @Test func keepsToTheLimitsGiven() throws {
        let data = try Fixtures.data("jpeg/grey-baseline.jpg")
        func refused(_ change: (inout PictureLimits) -> Void) -> Bool {
            var limits = PictureLimits()
            change(&limits)
            if case .tooLarge = readingError(jpeg: data, limits: limits) { return true }
            return false
        }
        #expect(refused { $0.side = 36 } && !refused { $0.side = 37 })
        #expect(refused { $0.pixels = 998 } && !refused { $0.pixels = 999 })
        #expect(refused { $0.fileBytes = data.count - 1 } && !refused { $0.fileBytes = data.count })
    }

    /// A scan takes time in proportion to the picture, however few bytes it has.
    @Test func refusesThousandsOfScans() throws {
        let (grey, colour) = try (Fixtures.data("jpeg/grey-baseline.jpg"), Fixtures.data("jpeg/ycc444-baseline.jpg"))
        let marker = Data([0xff, 0xda])
        let (greyScan, colourScan) = try (
            #require(grey.firstRange(of: marker)).lowerBound, #require(colour.firstRange(of: marker)).lowerBound
        )
        // The grey picture's scan is one of the colour picture's luminance: the same size and tables.
        let many = {
            colour[..<colourScan] + Data(repeatElement(grey[greyScan..<(grey.count - 2)], count: $0).joined())
        }
        #expect(readingError(jpeg: many(101) + Data([0xff, 0xd9])) == .malformed("it has more than 100 scans"))
        #expect(readingError(jpeg: many(3) + Data([0xff, 0xd9])) == nil)
    }

    /// Broken EXIF is no reason to refuse a picture; its orientation then stays as stored.
    @Test func looksOverBrokenEXIF() throws {
        let data = try Fixtures.data("jpeg/orientation-6.jpg")
        let upright = try Picture(jpeg: data)
        let exif = try #require(data.firstRange(of: Data("Exif".utf8))).lowerBound
        for position in [0, 6, 9, 10, 13, 17, 19, 25] {
            var broken = data
            broken[exif + position] ^= 0x55
            let picture = try Picture(jpeg: broken)
            #expect(picture.width == upright.height && picture.height == upright.width, "byte \(position)")
        }
    }

    /// Returns the file with other numbers of rows and columns in its frame header.
    private func resized(_ name: String, _ height: Int, _ width: Int) throws -> Data {
        var data = try Fixtures.data("jpeg/\(name).jpg")
        let frame = try #require(data.firstRange(of: Data([0xff, 0xc0]))).upperBound
        let size = [height >> 8, height & 0xff, width >> 8, width & 0xff].map(UInt8.init)
        data.replaceSubrange(frame + 3..<frame + 7, with: size)
        return data
    }
}

/// Returns the error thrown by reading the bytes, or nil.
private func readingError(jpeg data: Data, limits: PictureLimits = PictureLimits()) -> PictureFileError.Reason? {
    do {
        _ = try Picture(jpeg: data, name: "x.jpg", limits: limits)
        return nil
    } catch let error as PictureFileError {
        #expect(error.file == "x.jpg")
        return error.reason
    } catch {
        Issue.record("an error of another type: \(error)")
        return nil
    }
}
