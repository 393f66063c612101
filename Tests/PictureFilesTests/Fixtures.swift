import Foundation
import Testing

@testable import PictureFiles

/// Files made by `Training/fixtures/png_fixtures.py`.
enum Fixtures {
    struct Pixels: Decodable {
        let width: Int
        let height: Int
        let rgb: Data

        var picture: Picture {
            get throws { try Picture(width: width, height: height, pixels: [UInt8](rgb)) }
        }
    }

    static func url(_ name: String) throws -> URL {
        try #require(Bundle.module.resourceURL).appending(path: "Fixtures").appending(path: name)
    }

    static func data(_ name: String) throws -> Data {
        try Data(contentsOf: url(name))
    }

    static func decode<T: Decodable>(_ name: String, as type: T.Type = T.self) throws -> T {
        try JSONDecoder().decode(type, from: data(name))
    }
}

/// A picture in which no two neighbours are alike.
func testPicture(width: Int = 23, height: Int = 17, salt: Int = 0) throws -> Picture {
    let count = width * height * 3
    return try Picture(
        width: width, height: height, pixels: (0..<count).map { UInt8(($0 * 37 + $0 / 7 * 11 + salt) % 256) })
}

/// Returns a chunk as it is stored in a file.
func chunk(_ type: String, _ data: [UInt8]) -> [UInt8] {
    let body = Array(type.utf8) + data
    var crc = ~UInt32(0)
    for byte in body {
        crc ^= UInt32(byte)
        for _ in 0..<8 { crc = crc & 1 == 1 ? crc >> 1 ^ 0xedb8_8320 : crc >> 1 }
    }
    return bigEndian(UInt32(data.count)) + body + bigEndian(~crc)
}

func bigEndian(_ value: UInt32) -> [UInt8] {
    [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: value >> $0) }
}

/// Returns a PNG with the given chunks between IHDR and IEND.
func png(width: UInt32, height: UInt32, depth: UInt8 = 8, colour: UInt8 = 2, _ chunks: [[UInt8]]) -> Data {
    let header = chunk("IHDR", bigEndian(width) + bigEndian(height) + [depth, colour, 0, 0, 0])
    return Data(PNGChunks.signature + header + chunks.flatMap { $0 } + chunk("IEND", []))
}

/// Returns the error thrown by reading the bytes, or nil.
func readingError(_ data: Data, limits: PictureLimits = PictureLimits()) -> PictureFileError.Reason? {
    do {
        _ = try Picture(png: data, name: "x.png", limits: limits)
        return nil
    } catch let error as PictureFileError {
        #expect(error.file == "x.png")
        return error.reason
    } catch {
        Issue.record("an error of another type: \(error)")
        return nil
    }
}
