import PictureFiles
import Testing

@testable import SoundBridge

@Suite struct DrawnSizeTests {
    private func size(_ asked: String) throws -> DrawnSize {
        try DrawnSize(
            for: #require(PictureSize(asked)), sides: 192...320, step: 32, own: PictureSize(width: 256, height: 256))
    }

    @Test(arguments: [
        ("256", "256x256"), ("192x320", "192x320"), ("512", "256x256"), ("100", "256x256"), ("640x480", "256x192"),
        ("1024x512", "320x192"), ("64x1024", "192x320"), ("300x200", "288x192"), ("384x256", "288x192"),
    ])
    func theNearestShapeIsDrawn(asked: String, drawn: String) throws {
        #expect(try size(asked).drawn.description == drawn)
    }

    @Test func everySizeComesOutAsItWasAskedFor() throws {
        for asked in ["16", "255x257", "640x480", "1024x16", "17x1000", "1024", "320x224"] {
            let size = try size(asked)
            let drawn = try Picture(
                width: size.drawn.width, height: size.drawn.height,
                pixels: [UInt8](repeating: 9, count: size.drawn.width * size.drawn.height * 3))
            let finished = try size.finished(drawn)
            #expect(PictureSize(width: finished.width, height: finished.height) == PictureSize(asked))
        }
    }

    /// Nearly the right shape: nothing is white. Far from it: the whole drawing stands on white.
    @Test func edgesAreCutOrTheDrawingStandsOnWhite() throws {
        for (asked, whitePixels) in [("500x300", 0), ("505x300", 0), ("1000x300", 300 * 500)] {
            let size = try size(asked)
            let drawn = try Picture(
                width: size.drawn.width, height: size.drawn.height,
                pixels: [UInt8](repeating: 0, count: size.drawn.width * size.drawn.height * 3))
            let white = try size.finished(drawn).pixels.count { $0 == 255 } / 3
            #expect(white == whitePixels, "\(asked)")
        }
    }
}
