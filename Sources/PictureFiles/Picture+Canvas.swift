extension Picture {
    /// Returns the whole picture, as large as it fits, centred on a white one of the given size.
    ///
    /// - Throws: `PictureError.size` where a side is not possible.
    public func fitted(width newWidth: Int, height newHeight: Int) throws -> Picture {
        _ = try Picture.byteCount(width: newWidth, height: newHeight)
        let scale = min(Double(newWidth) / Double(width), Double(newHeight) / Double(height))
        let innerWidth = max(1, Int((Double(width) * scale).rounded()))
        let innerHeight = max(1, Int((Double(height) * scale).rounded()))
        let isThatLarge = innerWidth == width && innerHeight == height
        let inner = isThatLarge ? self : try resized(width: innerWidth, height: innerHeight)
        let place = (inner, (newWidth - innerWidth) / 2, (newHeight - innerHeight) / 2)
        return try Picture.white(width: newWidth, height: newHeight, with: [place])
    }

    /// Returns the middle of the picture, which must be at least that large.
    public func centre(width newWidth: Int, height newHeight: Int) throws -> Picture {
        precondition(newWidth <= width && newHeight <= height, "a part of the picture")
        let (left, top) = ((width - newWidth) / 2, (height - newHeight) / 2)
        let rows = (top..<top + newHeight).map { row in
            pixels[(row * width + left) * 3..<(row * width + left + newWidth) * 3]
        }
        return try Picture(width: newWidth, height: newHeight, pixels: Array(rows.joined()))
    }

    /// Places pictures side by side on white, row by row. The number of columns is the root of their count, rounded up,
    /// so that the sheet is nearly square; the last row may be short. Cells are as large as the largest picture.
    ///
    /// - Parameters:
    ///   - pictures: At least one.
    ///   - gap: Pixels between two cells.
    /// - Throws: `PictureError.size` for a sheet larger than a picture can be.
    public static func sheet(of pictures: [Picture], gap: Int = 2) throws -> Picture {
        let columns = Int(Double(pictures.count).squareRoot().rounded(.up))
        let rows = (pictures.count + columns - 1) / columns
        let width = pictures.reduce(0) { max($0, $1.width) } + gap
        let height = pictures.reduce(0) { max($0, $1.height) } + gap
        let placed = pictures.enumerated().map { index, picture in
            (picture, index % columns * width, index / columns * height)
        }
        return try white(width: columns * width - gap, height: rows * height - gap, with: placed)
    }

    /// A white picture with others on it, each with its upper left corner at a place where it fits inside.
    private static func white(
        width: Int, height: Int, with pictures: [(picture: Picture, left: Int, top: Int)]
    ) throws -> Picture {
        var pixels = [UInt8](repeating: 255, count: try byteCount(width: width, height: height))
        for (picture, left, top) in pictures {
            for row in 0..<picture.height {
                let (source, target) = (row * picture.width * 3, ((top + row) * width + left) * 3)
                pixels.replaceSubrange(
                    target..<target + picture.width * 3, with: picture.pixels[source..<source + picture.width * 3])
            }
        }
        return try Picture(width: width, height: height, pixels: pixels)
    }
}
