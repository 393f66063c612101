extension Picture {
    /// The square of `side` pixels in the middle; where it cannot lie evenly, the extra column or row is left out on
    /// the left or on top, as in EfficientNet's evaluation (`preprocessing.py` of TensorFlow's TPU models).
    ///
    /// - Throws: `PictureError.size` where `side` is not from 1 to the shorter side.
    public func centredSquare(side: Int) throws -> Picture {
        guard (1...min(width, height)).contains(side) else { throw PictureError.size(width: side, height: side) }
        let (left, top) = ((width - side + 1) / 2, (height - side + 1) / 2)
        var square: [UInt8] = []
        square.reserveCapacity(side * side * 3)
        for row in top..<top + side {
            let start = (row * width + left) * 3
            square += pixels[start..<start + side * 3]
        }
        return try Picture(width: side, height: side, pixels: square)
    }
}
