extension Picture {
    /// Returns the picture at another size, by antialiased bicubic interpolation.
    ///
    /// Follows Pillow 12's `Image.resize(…, Image.Resampling.BICUBIC)` (`src/libImaging/Resample.c`) bit for bit: Keys'
    /// kernel with a = −0.5, widened by the scale when shrinking, 22-bit fixed-point weights, columns first (Pillow 13
    /// takes the cheaper order), rounded to 8 bits between the passes.
    ///
    /// - Throws: `PictureError.size` where a side is not possible.
    public func resized(width newWidth: Int, height newHeight: Int) throws -> Picture {
        _ = try Picture.byteCount(width: newWidth, height: newHeight)
        let columns = BicubicWeights(from: width, to: newWidth)
        let rows = BicubicWeights(from: height, to: newHeight)
        // Pixels lie 3 bytes apart along a row; along a column, one row apart.
        let narrowed = columns.apply(
            to: pixels, lines: height, lineStride: width * 3, resultLineStride: newWidth * 3,
            step: 3, lanes: 3)
        let shortened = rows.apply(
            to: narrowed, lines: 1, lineStride: 0, resultLineStride: newWidth * newHeight * 3,
            step: newWidth * 3, lanes: newWidth * 3)
        return try Picture(width: newWidth, height: newHeight, pixels: shortened)
    }
}

/// For each position of a resized line, the span of the old line that it depends on and the weights of that span, in
/// units of 2⁻²².
private struct BicubicWeights {
    private static let bits = 22
    private var spans: [(start: Int, weights: [Int])] = []

    init(from old: Int, to new: Int) {
        let scale = Double(old) / Double(new)
        let widening = max(scale, 1)
        let support = 2 * widening
        spans.reserveCapacity(new)
        for position in 0..<new {
            let centre = (Double(position) + 0.5) * scale
            let start = max(0, Int(centre - support + 0.5))
            let end = min(old, Int(centre + support + 0.5))
            let raw = (start..<end).map { BicubicWeights.keys((Double($0) - centre + 0.5) * (1 / widening)) }
            let total = raw.reduce(0, +)
            spans.append((start, raw.map { BicubicWeights.fixed($0 / total) }))
        }
    }

    /// Keys' cubic convolution kernel with a = −0.5.
    private static func keys(_ distance: Double) -> Double {
        let x = abs(distance), a = -0.5
        if x < 1 { return ((a + 2) * x - (a + 3)) * x * x + 1 }
        if x < 2 { return (((x - 5) * x + 8) * x - 4) * a }
        return 0
    }

    private static func fixed(_ weight: Double) -> Int {
        let scaled = weight * Double(1 << bits)
        return Int(scaled < 0 ? scaled - 0.5 : scaled + 0.5)
    }

    /// Resizes every line. A line is a run of points `step` bytes apart, a point `lanes` bytes wide.
    func apply(
        to bytes: [UInt8], lines: Int, lineStride: Int, resultLineStride: Int, step: Int, lanes: Int
    ) -> [UInt8] {
        var result = [UInt8](repeating: 0, count: lines * resultLineStride)
        for line in 0..<lines {
            for (position, span) in spans.enumerated() {
                let origin = line * lineStride + span.start * step
                let target = line * resultLineStride + position * lanes
                for lane in 0..<lanes {
                    var sum = 1 << (BicubicWeights.bits - 1)
                    for (k, weight) in span.weights.enumerated() {
                        sum += Int(bytes[origin + k * step + lane]) * weight
                    }
                    result[target + lane] = UInt8(min(max(sum >> BicubicWeights.bits, 0), 255))
                }
            }
        }
        return result
    }
}

extension Picture {
    /// Returns the square of `side` pixels in the middle; where it cannot be centred exactly, the extra column or row
    /// is left out on the left or on top, as in EfficientNet's evaluation (`preprocessing.py` of TensorFlow's TPU
    /// models).
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
