import Foundation

extension Embedding {
    /// The spherical mean of embeddings of one space, at least one, by weights from 0 that sum to 1: the point from which
    /// the weighted arcs to all of them cancel (Buss and Fillmore, “Spherical Averages and Applications to Spherical
    /// Splines and Interpolation”, ACM Transactions on Graphics 20, 2001, algorithm A1). Of two it is a point on the arc
    /// between them.
    ///
    /// Embeddings whose straight mean is next to nothing have no unique one.
    public static func mean(of weighted: [(embedding: Embedding, weight: Float)]) -> Embedding {
        precondition(!weighted.isEmpty, "at least one embedding")
        let used = weighted.filter { $0.weight > 0 }
        if weighted.count == 2 {
            return weighted[0].embedding.arc(to: weighted[1].embedding, share: weighted[1].weight)
        }
        guard used.count > 1 else { return (used.first ?? weighted[0]).embedding }
        let points = used.map { $0.embedding.vector.floats.map(Double.init) }
        let weights = used.map { Double($0.weight) }
        var mean = unit(sum(points, weights))
        for _ in 0..<100 {
            let arcs = points.map { arc(from: mean, to: $0) }
            let step = sum(arcs, weights)
            let length = dot(step, step).squareRoot()
            guard length > 1e-10 else { break }
            mean = unit(zip(mean, step).map { $0 * cos(length) + $1 / length * sin(length) })
        }
        return Embedding(Tensor(mean.map(Float.init), shape: [mean.count]), in: weighted[0].embedding.space)
    }

    /// The tangent at `from` that leads to `to`, as long as the angle between the two.
    private static func arc(from: [Double], to: [Double]) -> [Double] {
        let cosine = min(max(dot(from, to), -1), 1)
        let across = zip(from, to).map { $1 - cosine * $0 }
        let length = dot(across, across).squareRoot()
        return length > 0 ? across.map { $0 / length * atan2(length, cosine) } : across
    }

    private static func sum(_ vectors: [[Double]], _ weights: [Double]) -> [Double] {
        vectors[0].indices.map { channel in zip(vectors, weights).reduce(0) { $0 + $1.0[channel] * $1.1 } }
    }

    private static func dot(_ a: [Double], _ b: [Double]) -> Double { zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } }

    private static func unit(_ vector: [Double]) -> [Double] {
        let length = dot(vector, vector).squareRoot()
        return length > 0 ? vector.map { $0 / length } : vector
    }
}
