import TensorCore

/// Standardizes latents to mean 0 and deviation about 1, channel by channel; the deviations of quiet channels are
/// raised, so that their noise is not amplified. In a finished adapter it is part of the input projection.
struct Standardization: Sendable {
    /// Means, subtracted first; then the factors.
    private let means: [Float]
    private let scales: [Float]

    /// Share of the mean deviation that is added to each deviation.
    private static let floor = 0.05

    /// Measures the rows `used` of the latents.
    init(_ latents: LatentRows, used: [Int]) {
        let channels = latents.channels
        let row = FloatBuffer(count: channels)
        var sums = [Double](repeating: 0, count: channels), squares = sums
        for index in used {
            latents.gather(CollectionOfOne(index), into: row.start)
            for channel in 0..<channels { sums[channel] += Double(row.start[channel]) }
        }
        let means = sums.map { $0 / Double(max(1, used.count)) }
        for index in used {
            latents.gather(CollectionOfOne(index), into: row.start)
            for channel in 0..<channels {
                let difference = Double(row.start[channel]) - means[channel]
                squares[channel] += difference * difference
            }
        }
        let deviations = squares.map { ($0 / Double(max(1, used.count))).squareRoot() }
        let raised = Self.floor * deviations.reduce(0, +) / Double(channels)
        self.means = means.map { Float($0) }
        scales = deviations.map { Float(1 / max($0 + raised, 1e-12)) }
    }

    func apply(to start: UnsafeMutablePointer<Float>, rows: Int) {
        let channels = means.count
        means.withUnsafeBufferPointer { means in
            scales.withUnsafeBufferPointer { scales in
                for row in 0..<rows {
                    let place = start + row * channels
                    for channel in 0..<channels { place[channel] = (place[channel] - means[channel]) * scales[channel] }
                }
            }
        }
    }

    /// Returns the layer that does the same on plain latents: weight · scale, and a bias less weight · scale · mean.
    func folded(weight: Tensor, bias: Tensor) -> (weight: Tensor, bias: Tensor) {
        let channels = means.count
        let old = weight.floats, shifts = bias.floats
        let scaled = old.indices.map { old[$0] * scales[$0 % channels] }
        let moved = shifts.indices.map { output in
            Float(
                (0..<channels).reduce(Double(shifts[output])) {
                    $0 - Double(scaled[output * channels + $1]) * Double(means[$1])
                })
        }
        return (Tensor(scaled, shape: weight.shape), Tensor(moved, shape: bias.shape))
    }
}
