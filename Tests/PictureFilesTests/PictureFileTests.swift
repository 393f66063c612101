import Foundation
import TestSupport
import Testing

@testable import PictureFiles

/// Pictures turned by EXIF, WebP, and files that are used as far as they go; see Training/fixtures/picture_fixtures.py.
@Suite struct PictureFileTests {
    /// Every byte equals what Pillow reads, over white.
    @Test func turnedPNGsAndWebPsAreThoseOfPillow() throws {
        let expected: [String: Fixtures.Pixels] = try Fixtures.decode("other.json")
        #expect(expected.count == 13)
        for (name, pixels) in expected {
            let file = try PictureFile(contentsOf: Fixtures.url("other/\(name)"))
            #expect(try file.picture == pixels.picture && file.warnings.isEmpty, "\(name)")
        }
    }

    /// Cut at any length, a file is an error or a picture whose warning says how much is there; what is there is right
    /// and the rest is grey.
    @Test(arguments: ["pillow-rgb.png", "rgba-16-adam7.png", "jpeg/fine.jpg", "jpeg/cmyk-progressive.jpg"])
    func aCutFileIsUsedAsFarAsItGoes(name: String) throws {
        let folder = try TemporaryFolder()
        let (data, whole) = try (Fixtures.data(name), Picture(contentsOf: Fixtures.url(name)))
        var used = 0
        for length in Array(stride(from: 1, to: data.count, by: 7)) + [data.count - 1] {
            let url = try folder.write("cut", data.prefix(length))
            do {
                let file = try PictureFile(contentsOf: url)
                used += 1
                guard file.warnings.count == 1, case .truncated(let share) = file.warnings[0].kind else {
                    Issue.record("\(length) of \(data.count) bytes: \(file.warnings)")
                    continue
                }
                #expect(file.picture.width == whole.width && file.picture.height == whole.height)
                guard name == "pillow-rgb.png" else { continue }
                let rows = Int((share * Double(whole.height)).rounded())
                let count = rows * whole.width * 3
                #expect(file.picture.pixels[..<count] == whole.pixels[..<count])
                // The row at which the file ends may be whole.
                #expect(file.picture.pixels.dropFirst(count + whole.width * 3).allSatisfy { $0 == 128 })
            } catch let error as PictureFileError {
                #expect(error.reason == .truncated, "\(length) of \(data.count) bytes: \(error)")
            }
        }
        #expect(used > 3)
        let last = try PictureFile(contentsOf: folder.write("cut", data.dropLast()))
        #expect(last.picture == whole && "\(last.warnings)".contains("ends early: what is there is used."))
    }

    @Test func aJPEGWithoutItsEndMarkerIsWhole() throws {
        let data = try Fixtures.data("jpeg/ycc420-baseline.jpg")
        #expect(try Picture(jpeg: data.dropLast(2)) == Picture(jpeg: data))
    }

    /// The last byte of the file is padding.
    @Test func aCutWebPIsUsedOrRefused() throws {
        let folder = try TemporaryFolder()
        let data = try Fixtures.data("other/lossy.webp")
        for length in 1..<data.count - 1 {
            let url = try folder.write("cut", data.prefix(length))
            #expect(throws: (any Error).self, "\(length)") {
                guard try PictureFile(contentsOf: url).warnings.isEmpty else { throw CancellationError() }
            }
        }
    }

    /// Damage in the middle leaves what stands before it.
    @Test func aDamagedPNGIsUsedWithAWarning() throws {
        let folder = try TemporaryFolder()
        var state: UInt32 = 1
        let noise = (0..<64 * 64 * 3).map { _ in
            state = state &* 1_664_525 &+ 1_013_904_223
            return UInt8(state >> 24)
        }
        let picture = try Picture(width: 64, height: 64, pixels: noise)
        var data = try picture.pngData()
        data[data.count / 2] ^= 0x55
        let file = try PictureFile(contentsOf: folder.write("a.png", data))
        guard case .damaged(let share, _) = try #require(file.warnings.first).kind else {
            Issue.record("\(file.warnings)")
            return
        }
        #expect(share > 0.2)
        #expect(file.picture.pixels.prefix(64 * 3 * 8) == picture.pixels.prefix(64 * 3 * 8))
    }

    @Test(
        arguments: [
            ("GIF89a", "GIF"), ("BM\u{10}\0", "BMP"), ("II*\0", "TIFF"), ("MM\0*", "TIFF"),
            ("\0\0\0\u{18}ftypheic", "HEIC"), ("\0\0\0\u{18}ftypavif", "AVIF"),
        ])
    func otherFormatsAreNamed(bytes: String, name: String) throws {
        let folder = try TemporaryFolder()
        let url = try folder.write("a.png", Data(bytes.utf8))
        let error = #expect(throws: PictureFileError.self) { try PictureFile(contentsOf: url) }
        #expect(error?.reason == .otherFormat(name))
        #expect(error.map { "\($0)".contains(" is a \(name) picture: convert it to PNG, JPEG or WebP") } == true)
    }

    @Test func aPointerOfGitLFSIsNamed() throws {
        let folder = try TemporaryFolder()
        let url = try folder.write("a.png", Data("version https://git-lfs.github.com/spec/v1\n".utf8))
        #expect(throws: PictureFileError(file: url.relativePath, reason: .gitLFSPointer)) {
            try PictureFile(contentsOf: url)
        }
    }
}
