extension Picture {
    /// Makes a picture of a network's output.
    ///
    /// A value v becomes the whole number nearest to 127.5·v + 127.5 (halves go up), so −1 is 0 and 1 is 255; values
    /// beyond, infinities included, are clamped.
    ///
    /// - Parameter values: `[height, width, 3]` in [−1, 1].
    /// - Throws: `PictureError.size` and `.count` as the plain initialiser; `PictureError.notANumber` for the first
    ///   pixel that holds a NaN.
    public init(width: Int, height: Int, values: UnsafeBufferPointer<Float>) throws {
        let count = try Picture.byteCount(width: width, height: height)
        guard values.count == count else {
            throw PictureError.count(expected: count, found: values.count)
        }
        var pixels = [UInt8](repeating: 0, count: count)
        for i in 0..<count {
            let level = values[i] * 127.5 + 127.5
            guard !level.isNaN else {
                throw PictureError.notANumber(x: i / 3 % width, y: i / 3 / width)
            }
            pixels[i] = UInt8(min(max(level.rounded(), 0), 255))
        }
        try self.init(width: width, height: height, pixels: pixels)
    }
}

extension Picture {
    /// The picture as a network's input: `[height, width, 3]`, each level v as v / 127.5 − 1; the inverse of
    /// `init(width:height:values:)`.
    public var values: [Float] { pixels.map { Float($0) / 127.5 - 1 } }
}
