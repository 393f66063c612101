extension Picture {
    /// Pictures of one size side by side on white, row by row from the top left.
    ///
    /// - Parameters:
    ///   - columns: pictures in a row; the last row may be shorter.
    ///   - gap: white pixels between neighbours, none around the outside.
    /// - Throws: `PictureError.sheet` where there is no picture, no column, a negative gap or a
    ///   picture of another size; `PictureError.size` where the sheet would be too large.
    public static func contactSheet(of pictures: [Picture], columns: Int, gap: Int = 0) throws -> Picture {
        guard let first = pictures.first else { throw PictureError.sheet("there are no pictures") }
        guard columns >= 1, gap >= 0 else {
            throw PictureError.sheet("\(columns) columns with a gap of \(gap) are not a layout")
        }
        if let other = pictures.first(where: { $0.width != first.width || $0.height != first.height }) {
            throw PictureError.sheet(
                "the pictures differ in size, \(first.width)x\(first.height) and \(other.width)x\(other.height)")
        }
        let across = min(columns, pictures.count)
        let down = (pictures.count + columns - 1) / columns
        let width = across * (first.width + gap) - gap
        let height = down * (first.height + gap) - gap
        var sheet = [UInt8](repeating: 255, count: try byteCount(width: width, height: height))
        for (i, picture) in pictures.enumerated() {
            let left = i % columns * (first.width + gap)
            let top = i / columns * (first.height + gap)
            for y in 0..<picture.height {
                let source = y * picture.width * 3
                let target = ((top + y) * width + left) * 3
                sheet.replaceSubrange(
                    target..<target + picture.width * 3, with: picture.pixels[source..<source + picture.width * 3])
            }
        }
        return try Picture(width: width, height: height, pixels: sheet)
    }
}
