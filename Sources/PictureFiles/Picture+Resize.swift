extension Picture {
    /// Rule for the levels between pixels.
    public enum Interpolation: Sendable {
        case bilinear, bicubic
    }

    /// Returns the picture at another size, by antialiased interpolation.
    ///
    /// Follows Pillow 12's `Image.resize` (`src/libImaging/Resample.c`) bit for bit: the triangle, or Keys' kernel with a =
    /// −0.5, widened by the scale when shrinking, 22-bit fixed-point weights, columns first (Pillow 13 takes the cheaper
    /// order), rounded to 8 bits between the passes.
    ///
    /// - Throws: `PictureError.size` where a side is not possible.
    public func resized(
        width newWidth: Int, height newHeight: Int, by interpolation: Interpolation = .bicubic
    ) throws -> Picture {
        _ = try Picture.byteCount(width: newWidth, height: newHeight)
        return try resized(
            width: newWidth, height: newHeight, by: interpolation, columns: 0..<newWidth, rows: 0..<newHeight)
    }

    /// Returns the middle of the picture at another size, as `resized` and then `centre` would, without the rest.
    ///
    /// - Parameters:
    ///   - newWidth: At least `side`, as `newHeight`.
    ///   - newHeight: Rows of the whole picture at its new size.
    ///   - side: Columns and rows of the result.
    ///   - interpolation: As of `resized`.
    ///   - margin: How the half of what is left out, before the middle, is rounded; `centre` rounds it down.
    /// - Throws: `PictureError.size` where a side is not possible.
    public func resized(
        width newWidth: Int, height newHeight: Int, by interpolation: Interpolation, centre side: Int,
        margin: FloatingPointRoundingRule = .down
    ) throws -> Picture {
        guard 1...min(newWidth, newHeight) ~= side else { throw PictureError.size(width: side, height: side) }
        let (left, top) = (
            Int((Double(newWidth - side) / 2).rounded(margin)), Int((Double(newHeight - side) / 2).rounded(margin))
        )
        return try resized(
            width: newWidth, height: newHeight, by: interpolation, columns: left..<left + side, rows: top..<top + side)
    }

    private func resized(
        width newWidth: Int, height newHeight: Int, by interpolation: Interpolation, columns: Range<Int>,
        rows: Range<Int>
    ) throws -> Picture {
        let across = ResizingWeights(from: width, to: newWidth, interpolation, keeping: columns)
        let down = ResizingWeights(from: height, to: newHeight, interpolation, keeping: rows)
        // Pixels lie 3 bytes apart along a row; along a column, one row apart.
        let narrowed = across.apply(
            to: pixels, lines: height, lineStride: width * 3, resultLineStride: columns.count * 3, step: 3, lanes: 3)
        let shortened = down.apply(
            to: narrowed, lines: 1, lineStride: 0, resultLineStride: columns.count * rows.count * 3,
            step: columns.count * 3, lanes: columns.count * 3)
        return try Picture(width: columns.count, height: rows.count, pixels: shortened)
    }
}

/// For each position of a resized line, the span of the old line that it depends on and the weights of that span, in
/// units of 2⁻²².
private struct ResizingWeights {
    private static let bits = 22
    private var spans: [(start: Int, weights: [Int])] = []

    init(from old: Int, to new: Int, _ interpolation: Picture.Interpolation, keeping positions: Range<Int>) {
        let scale = Double(old) / Double(new)
        let widening = max(scale, 1)
        let support = (interpolation == .bicubic ? 2 : 1) * widening
        let kernel = interpolation == .bicubic ? Self.keys : Self.triangle
        spans.reserveCapacity(positions.count)
        for position in positions {
            let centre = (Double(position) + 0.5) * scale
            let start = max(0, Int(centre - support + 0.5))
            let end = min(old, Int(centre + support + 0.5))
            let raw = (start..<end).map { kernel((Double($0) - centre + 0.5) * (1 / widening)) }
            let total = raw.reduce(0, +)
            spans.append((start, raw.map { Self.fixed($0 / total) }))
        }
    }

    private static func triangle(_ distance: Double) -> Double { max(0, 1 - abs(distance)) }

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
                    var sum = 1 << (Self.bits - 1)
                    for (k, weight) in span.weights.enumerated() {
                        sum += Int(bytes[origin + k * step + lane]) * weight
                    }
                    result[target + lane] = UInt8(min(max(sum >> Self.bits, 0), 255))
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
