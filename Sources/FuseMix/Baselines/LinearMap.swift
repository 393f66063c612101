import TensorCore

/// The affine map z → weight · z + bias.
struct LinearMap: Sendable {
    /// `[outputs, inputs]`.
    let weight: Matrix
    let bias: [Double]

    init(weight: Matrix, bias: [Double]) {
        (self.weight, self.bias) = (weight, bias)
    }

    /// Makes the map z → weight · (z − centre).
    init(weight: Matrix, centre: [Double]) {
        self.init(weight: weight, bias: (weight * centre).map { -$0 })
    }

    /// Makes the map z → z − centre.
    init(centre: [Double]) { self.init(weight: .identity(centre.count), bias: centre.map { -$0 }) }

    /// Returns the map with `vector` added to its output.
    func adding(_ vector: [Double]) -> LinearMap {
        LinearMap(weight: weight, bias: zip(bias, vector).map { $0 + $1 })
    }
}

extension AdapterComponent {
    /// Two linear towers, or a linear one and, without a map for y, the identity.
    ///
    /// - Parameter base: The base that the output of x is added to.
    init(x: LinearMap, y: LinearMap?, base: ScoreBase? = nil, xEncoder: String, yEncoder: String) {
        let outputSize = x.weight.rows
        let frozen = base.map { [("x.\(TowerConfiguration.baseWeight)", $0.weight.float32())] } ?? []
        let sides = [("x", x)] + (y.map { [("y", $0)] } ?? [])
        self.init(
            configuration: AdapterConfiguration(
                xEncoder: xEncoder, yEncoder: yEncoder, outputSize: outputSize,
                x: TowerConfiguration(inputSize: x.weight.columns, kind: .linear, base: base?.form),
                y: y.map { TowerConfiguration(inputSize: $0.weight.columns, kind: .linear) }
                    ?? TowerConfiguration(inputSize: outputSize, kind: .identity)),
            tensors: frozen
                + sides.flatMap { side, map in
                    [
                        ("\(side).output_projection.weight", Tensor(map.weight)),
                        ("\(side).output_projection.bias", Tensor(map.bias.map(Float.init), shape: [map.bias.count])),
                    ]
                })
    }
}

extension Tensor {
    fileprivate init(_ matrix: Matrix) {
        self.init(matrix.values.map(Float.init), shape: [matrix.rows, matrix.columns])
    }
}
