import TensorCore

/// Features in double precision, `[count, channels]` row by row.
struct FeatureRows {
    let count: Int
    let channels: Int
    let values: [Double]

    /// - Parameter vectors: `[count, channels]` of any float type.
    init(_ vectors: Tensor) {
        self.init(channels: vectors.channels, values: vectors.float32().floats.map(Double.init))
    }

    private init(channels: Int, values: [Double]) {
        (count, self.channels, self.values) = (values.count / channels, channels, values)
    }

    /// The mean and the standard deviation of each channel.
    var moments: (means: [Double], deviations: [Double]) {
        var means = [Double](repeating: 0, count: channels), squares = means
        for row in 0..<count {
            for channel in 0..<channels { means[channel] += values[row * channels + channel] / Double(count) }
        }
        for row in 0..<count {
            for channel in 0..<channels {
                let distance = values[row * channels + channel] - means[channel]
                squares[channel] += distance * distance / Double(count)
            }
        }
        return (means, squares.map { $0.squareRoot() })
    }

    /// The rows minus a vector.
    func moved(by vector: [Double]) -> FeatureRows {
        var moved = values
        for row in 0..<count {
            for channel in 0..<channels { moved[row * channels + channel] -= vector[channel] }
        }
        return FeatureRows(channels: channels, values: moved)
    }
}
