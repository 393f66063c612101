import TensorCore

extension Tensor {
    /// Averages over all positions: `[batch, height, width, channels]` → `[batch, channels]`.
    func averagePooled() -> Tensor {
        let places = shape[1] * shape[2]
        return Tensor(shape: [shape[0], channels]) { means in
            withFloats { maps in
                for index in means.indices {
                    let first = index / channels * places * channels + index % channels
                    var sum: Float = 0
                    for place in 0..<places { sum += maps[first + place * channels] }
                    means[index] = sum / Float(places)
                }
            }
        }
    }
}
