import Testing

@testable import PictureFiles

@Suite struct PictureTests {
    @Test func holdsWhatItIsGiven() throws {
        let picture = try Picture(width: 2, height: 1, pixels: [1, 2, 3, 4, 5, 6])
        #expect(picture[0, 0] == (1, 2, 3))
        #expect(picture[1, 0] == (4, 5, 6))
    }

    @Test(arguments: [(0, 1), (1, 0), (-1, 1), (1, -5), (1 << 31, 1), (1, Int.max), (Int.max, Int.max)])
    func refusesImpossibleSizes(width: Int, height: Int) {
        #expect(throws: PictureError.size(width: width, height: height)) {
            try Picture(width: width, height: height, pixels: [])
        }
    }

    @Test func refusesAnotherNumberOfValues() {
        #expect(throws: PictureError.count(expected: 12, found: 11)) {
            try Picture(width: 2, height: 2, pixels: [UInt8](repeating: 0, count: 11))
        }
        #expect(throws: PictureError.count(expected: 3, found: 0)) {
            try Picture(width: 1, height: 1, values: UnsafeBufferPointer(start: nil, count: 0))
        }
    }

    @Test func roundsAndClampsFloats() throws {
        // 127.5 v + 127.5: -1 -> 0, 0 -> 127.5 -> 128, 1 -> 255; half steps go up.
        let values: [Float] = [-1, 0, 1, -1.5, 7, -.infinity, .infinity, 1 / 127.5, -1 / 127.5, 0.5, -0.5, -0.0]
        let picture = try values.withUnsafeBufferPointer { try Picture(width: 2, height: 2, values: $0) }
        #expect(picture.pixels == [0, 128, 255, 0, 255, 0, 255, 129, 127, 191, 64, 128])
    }

    @Test func refusesNaNAndSaysWhere() {
        var values = [Float](repeating: 0, count: 3 * 4 * 3)
        values[(2 * 3 + 1) * 3 + 2] = .nan
        #expect(throws: PictureError.notANumber(x: 1, y: 2)) {
            try values.withUnsafeBufferPointer { try Picture(width: 3, height: 4, values: $0) }
        }
    }
}
