/// The orientation of the camera: the turn or flip that makes the stored rows upright (EXIF 2.32, tag 274; the raw
/// values are the standard's).
enum EXIFOrientation: Int, CaseIterable {
    case upright = 1
    case mirrored, turnedAround, flipped, transposed, turnedLeft, transversed, turnedRight

    /// Reads the orientation from a picture's EXIF; nil where there is none or it is broken, because the picture is
    /// complete without it.
    init?(_ exif: EXIFSegment?) {
        guard let value = exif?.orientation else { return nil }
        self.init(rawValue: value)
    }

    /// Returns the picture upright.
    func upright(_ stored: Picture) throws -> Picture {
        if self == .upright { return stored }
        let (width, height) = swapsSides ? (stored.height, stored.width) : (stored.width, stored.height)
        var pixels = [UInt8](repeating: 0, count: stored.pixels.count)
        for y in 0..<height {
            for x in 0..<width {
                let (column, row) = source(x, y, stored.width - 1, stored.height - 1)
                let (from, to) = ((row * stored.width + column) * 3, (y * width + x) * 3)
                for channel in 0..<3 { pixels[to + channel] = stored.pixels[from + channel] }
            }
        }
        return try Picture(width: width, height: height, pixels: pixels)
    }

    private var swapsSides: Bool { rawValue >= Self.transposed.rawValue }

    /// The stored pixel that is shown at column `x`, row `y`; `right` and `bottom` are the last stored column and row.
    private func source(_ x: Int, _ y: Int, _ right: Int, _ bottom: Int) -> (column: Int, row: Int) {
        switch self {
        case .upright: (x, y)
        case .mirrored: (right - x, y)
        case .turnedAround: (right - x, bottom - y)
        case .flipped: (x, bottom - y)
        case .transposed: (y, x)
        case .turnedLeft: (y, bottom - x)
        case .transversed: (right - y, bottom - x)
        case .turnedRight: (right - y, x)
        }
    }
}
