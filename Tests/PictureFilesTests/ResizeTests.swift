import Testing

@testable import PictureFiles

@Suite struct ResizeTests {
    /// Larger, smaller, one side only, to a single pixel: every byte equals Pillow's.
    @Test func equalsPillowsBicubic() throws {
        let picture = try Picture(contentsOf: Fixtures.url("pillow-rgb.png"))
        let results: [Fixtures.Pixels] = try Fixtures.decode("resized.json")
        #expect(results.count == 9)
        for expected in results {
            let resized = try picture.resized(width: expected.width, height: expected.height)
            #expect(try resized == expected.picture, "\(expected.width)x\(expected.height)")
        }
    }

    @Test func sameSizeIsTheSamePicture() throws {
        let picture = try testPicture()
        #expect(try picture.resized(width: picture.width, height: picture.height) == picture)
    }

    @Test func oneColourStaysThatColour() throws {
        let plain = try Picture(width: 5, height: 4, pixels: Array(repeating: [250, 3, 128], count: 20).flatMap { $0 })
        let resized = try plain.resized(width: 31, height: 2)
        #expect(resized.pixels == Array(repeating: [250, 3, 128], count: 62).flatMap { $0 })
    }

    @Test func refusesImpossibleSizes() throws {
        let picture = try testPicture()
        #expect(throws: PictureError.size(width: 0, height: 3)) { try picture.resized(width: 0, height: 3) }
        #expect(throws: PictureError.size(width: 3, height: -1)) { try picture.resized(width: 3, height: -1) }
    }
}
