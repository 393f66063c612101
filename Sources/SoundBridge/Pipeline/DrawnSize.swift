import Foundation
import PictureFiles

/// The way to a picture of a size that a model does not draw well: it is drawn in the nearest shape that the model does,
/// then enlarged or reduced.
struct DrawnSize {
    /// The size that the model draws.
    let drawn: PictureSize
    private let asked: PictureSize

    /// - Parameters:
    ///   - sides: Sides in pixels that the model draws well.
    ///   - step: Number of pixels that every side is a multiple of.
    ///   - own: The size that the model was made for, which is taken among shapes that are equally near.
    init(for asked: PictureSize, sides: ClosedRange<Int>, step: Int, own: PictureSize) {
        self.asked = asked
        let lengths = stride(from: (sides.lowerBound + step - 1) / step * step, through: sides.upperBound, by: step)
        let sizes = lengths.flatMap { width in lengths.map { PictureSize(width: width, height: $0) } }
        func distance(_ size: PictureSize) -> (Double, Double) {
            // Shapes that differ by less than a thousandth are equal.
            let shape = abs(log(size.ratio / asked.ratio))
            return ((shape * 1000).rounded(), abs(log(Double(size.area) / Double(own.area))))
        }
        drawn = sizes.contains(asked) ? asked : sizes.min { distance($0) < distance($1) } ?? own
    }

    /// Brings a picture that was drawn to the size that was asked for. Of a shape that is nearly right, the edges are cut
    /// off; one that is not stands on white. Throws `PictureError`.
    func finished(_ picture: Picture) throws -> Picture {
        guard drawn != asked else { return picture }
        let mismatch = drawn.ratio / asked.ratio
        guard (1 / Self.cut...Self.cut).contains(mismatch) else {
            return try picture.fitted(width: asked.width, height: asked.height)
        }
        let width = max(asked.width, Int((Double(asked.height) * drawn.ratio).rounded()))
        let height = max(asked.height, Int((Double(asked.width) / drawn.ratio).rounded()))
        return try picture.resized(width: width, height: height).centre(width: asked.width, height: asked.height)
    }

    /// Part of a side that may be cut off.
    private static let cut = 1.1
}

extension PictureSize {
    fileprivate var ratio: Double { Double(width) / Double(height) }
    fileprivate var area: Int { width * height }
}
