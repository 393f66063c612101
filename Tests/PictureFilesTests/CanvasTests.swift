import PictureFiles
import Testing

@Suite struct CanvasTests {
    func plain(_ width: Int, _ height: Int, _ level: UInt8) throws -> Picture {
        try Picture(width: width, height: height, pixels: Array(repeating: level, count: width * height * 3))
    }

    /// Returns the red level of each pixel, row by row.
    func rows(_ picture: Picture) -> [[UInt8]] {
        (0..<picture.height).map { y in (0..<picture.width).map { picture[$0, y].red } }
    }

    @Test func marginsAreWhite() throws {
        #expect(rows(try plain(2, 1, 7).fitted(width: 2, height: 3)) == [[255, 255], [7, 7], [255, 255]])
        #expect(rows(try plain(1, 2, 7).fitted(width: 4, height: 2)) == [[255, 7, 255, 255], [255, 7, 255, 255]])
        // An evenly coloured picture keeps its colour when it is resized.
        #expect(rows(try plain(8, 4, 9).fitted(width: 2, height: 2)) == [[9, 9], [255, 255]])
        #expect(try plain(3, 3, 5).fitted(width: 3, height: 3) == plain(3, 3, 5))
        #expect(try plain(1000, 1, 5).fitted(width: 4, height: 4).width == 4)
        #expect(throws: PictureError.self) { try plain(3, 3, 5).fitted(width: 0, height: 3) }
    }

    @Test func theCentreIsInTheMiddle() throws {
        let picture = try Picture(width: 4, height: 3, pixels: (0..<12).flatMap { [UInt8($0), 0, 0] })
        #expect(rows(try picture.centre(width: 2, height: 1)) == [[5, 6]])
        #expect(rows(try picture.centre(width: 1, height: 3)) == [[1], [5], [9]])
        #expect(try picture.centre(width: 4, height: 3) == picture)
    }

    @Test func sheetsAreNearlySquare() throws {
        let three = try (1...3).map { try plain(1, 1, UInt8($0)) }
        #expect(rows(try Picture.sheet(of: three, gap: 1)) == [[1, 255, 2], [255, 255, 255], [3, 255, 255]])
        #expect(try Picture.sheet(of: [plain(2, 2, 4)]) == plain(2, 2, 4))
        for (count, columns, lines) in [(2, 2, 1), (4, 2, 2), (5, 3, 2), (9, 3, 3), (10, 4, 3)] {
            let sheet = try Picture.sheet(of: (0..<count).map { _ in try plain(2, 3, 0) }, gap: 0)
            #expect(sheet.width == 2 * columns && sheet.height == 3 * lines)
        }
    }

    @Test func valuesAreTheInverse() throws {
        let picture = try Picture(width: 2, height: 1, pixels: [0, 1, 127, 128, 254, 255])
        #expect(picture.values.first == -1 && picture.values.last == 1)
        let again = try picture.values.withUnsafeBufferPointer { try Picture(width: 2, height: 1, values: $0) }
        #expect(again == picture)
    }
}
