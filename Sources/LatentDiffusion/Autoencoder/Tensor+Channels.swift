import TensorCore

extension Tensor {
    /// Maps each element by a function of itself and its channel.
    func mappingChannels(_ transform: (Float, Int) -> Float) -> Tensor {
        Tensor(shape: shape) { result in
            withFloats { values in
                for index in values.indices { result[index] = transform(values[index], index % channels) }
            }
        }
    }

    /// The first `count` channels of every pixel.
    func keepingChannels(_ count: Int) -> Tensor {
        Tensor(shape: shape.dropLast() + [count]) { result in
            withFloats { values in
                for row in 0..<rows {
                    for channel in 0..<count { result[row * count + channel] = values[row * channels + channel] }
                }
            }
        }
    }
}
