import Testing

@testable import PictureFiles

@Suite struct CropTests {
    /// In 5 × 4 pixels, a square of 3 begins at column 1 and row 1, a square of 2 at column 2 and row 1.
    @Test func cutsTheSquareInTheMiddle() throws {
        let picture = try testPicture(width: 5, height: 4)
        for (side, left, top) in [(4, 1, 0), (3, 1, 1), (2, 2, 1), (1, 2, 2)] {
            let square = try picture.centredSquare(side: side)
            #expect(square.width == side && square.height == side)
            for y in 0..<side {
                for x in 0..<side { #expect(square[x, y] == picture[left + x, top + y], "\(side) at \(x), \(y)") }
            }
        }
    }

    @Test(arguments: [-1, 0, 5])
    func refusesImpossibleSquares(side: Int) throws {
        let picture = try testPicture(width: 5, height: 4)
        #expect(throws: PictureError.size(width: side, height: side)) { try picture.centredSquare(side: side) }
    }
}
