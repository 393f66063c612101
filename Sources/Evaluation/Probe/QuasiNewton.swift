/// L-BFGS (Nocedal and Wright, “Numerical Optimization”, algorithms 7.4 and 7.5) with steps halved until the value falls
/// enough: for smooth convex functions, always to the same bits.
struct QuasiNewton {
    /// Rough inverse curvature of each parameter.
    let scale: [Double]
    var memory = 20
    var mostSteps = 2000
    /// The greatest element of the gradient, by the scale's root, at which the minimum is reached.
    var tolerance = 1e-9

    /// - Parameter function: Returns the value at some parameters and leaves the gradient.
    func minimise(_ parameters: inout [Double], _ function: ([Double], inout [Double]) -> Double) {
        var gradient = parameters
        var value = function(parameters, &gradient)
        var moves: [(step: [Double], change: [Double], inverse: Double)] = []
        for _ in 0..<mostSteps where zip(gradient, scale).contains(where: { abs($0) * $1.squareRoot() > tolerance }) {
            let direction = direction(gradient, moves)
            let slope = Self.dot(direction, gradient)
            guard slope < 0 else { return }
            var (rate, next, nextGradient, nextValue) = (1.0, parameters, gradient, value)
            repeat {
                for index in next.indices { next[index] = parameters[index] + rate * direction[index] }
                nextValue = function(next, &nextGradient)
                rate /= 2
            } while !(nextValue <= value + 2e-4 * rate * slope) && rate > 1e-12
            // Rounding leaves nothing to gain.
            guard nextValue < value else { return }
            let step = zip(next, parameters).map { $0 - $1 }
            let change = zip(nextGradient, gradient).map { $0 - $1 }
            let product = Self.dot(step, change)
            if product > 0 {
                moves.append((step, change, 1 / product))
                if moves.count > memory { moves.removeFirst() }
            }
            (parameters, gradient, value) = (next, nextGradient, nextValue)
        }
    }

    /// The gradient times the inverse curvature that the last moves show.
    private func direction(
        _ gradient: [Double], _ moves: [(step: [Double], change: [Double], inverse: Double)]
    ) -> [Double] {
        var result = gradient.map { -$0 }
        var shares: [Double] = []
        for move in moves.reversed() {
            let share = move.inverse * Self.dot(move.step, result)
            shares.append(share)
            for index in result.indices { result[index] -= share * move.change[index] }
        }
        var factor = 1.0
        if let last = moves.last {
            let curvature = zip(last.change, scale).reduce(0) { $0 + $1.0 * $1.0 * $1.1 }
            factor = 1 / (last.inverse * curvature)
        }
        for index in result.indices { result[index] *= factor * scale[index] }
        for (move, share) in zip(moves, shares.reversed()) {
            let other = share - move.inverse * Self.dot(move.change, result)
            for index in result.indices { result[index] += other * move.step[index] }
        }
        return result
    }

    private static func dot(_ a: [Double], _ b: [Double]) -> Double { zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } }
}
