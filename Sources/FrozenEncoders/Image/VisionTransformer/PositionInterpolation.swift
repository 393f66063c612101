import TensorCore

/// Bicubic interpolation of a square grid of positions, as `interpolate` of PyTorch does.
enum PositionInterpolation: Sendable {
    /// Keys' kernel with a = −0.75 over four neighbours, those beyond the border as at it.
    case plain
    /// Keys' kernel with a = −0.5, widened by the scale when shrinking, without what is beyond the border.
    case antialiased

    /// `[from · from, channels]` → `[to · to, channels]`, row by row.
    func resized(_ grid: Tensor, from old: Int, to new: Int) -> Tensor {
        guard old != new else { return grid }
        let spans = (0..<new).map { weights(at: $0, from: old, to: new) }
        let channels = grid.channels
        return Tensor(shape: [new * new, channels]) { result in
            result.update(repeating: 0)
            grid.withFloats { grid in
                for (row, rows) in spans.enumerated() {
                    for (column, columns) in spans.enumerated() {
                        let target = (row * new + column) * channels
                        for (y, down) in rows {
                            for (x, across) in columns {
                                let (source, weight) = ((y * old + x) * channels, Float(down * across))
                                for channel in 0..<channels {
                                    result[target + channel] += weight * grid[source + channel]
                                }
                            }
                        }
                    }
                }
            }
        }
    }

    private func weights(at position: Int, from old: Int, to new: Int) -> [(Int, Double)] {
        let scale = Double(old) / Double(new)
        let centre = (Double(position) + 0.5) * scale
        switch self {
        case .plain:
            let first = Int((centre - 0.5).rounded(.down))
            return (first - 1...first + 2).map { place in
                (min(max(place, 0), old - 1), Self.keys(Double(place) + 0.5 - centre, a: -0.75))
            }
        case .antialiased:
            let widening = max(scale, 1)
            let span = max(0, Int(centre - 2 * widening + 0.5))..<min(old, Int(centre + 2 * widening + 0.5))
            let raw = span.map { ($0, Self.keys((Double($0) + 0.5 - centre) / widening, a: -0.5)) }
            let total = raw.reduce(0) { $0 + $1.1 }
            return raw.map { ($0, $1 / total) }
        }
    }

    private static func keys(_ distance: Double, a: Double) -> Double {
        let x = abs(distance)
        if x < 1 { return ((a + 2) * x - (a + 3)) * x * x + 1 }
        if x < 2 { return (((x - 5) * x + 8) * x - 4) * a }
        return 0
    }
}
