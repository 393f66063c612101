import FuseMix
import SoundBridge
import TensorCore

/// Distances of predicted token states from those of the text encoder, on pairs that were held out.
///
/// Each is a mean squared distance over that of the mean states of the texts trained on: 0 is perfect, 1 is as good as the mean.
public struct TokenErrors: Sendable, Encodable, Equatable {
    /// That of the trained tokens.
    public let trained: Double
    /// That of the states of the text trained on whose x is nearest by cosine, which needs no training.
    public let nearest: Double
    /// That of the held-out texts' own codes: what the components leave out, which no adapter can reach.
    public let floor: Double

    /// - Parameters:
    ///   - x, y: Vectors by rows, y as they are coded.
    ///   - code: That of the training, rounded as it is stored.
    init(of adapter: Adapter, _ code: PrincipalCode, x: Tensor, y: Tensor, pairs: PairList, split: PairSplit) {
        let known = split.training.map { (x: pairs.xRows[$0], y: pairs.yRows[$0]) }
        let compare = Linear(weight: x.gathered(known.map(\.x)).normalized(), bias: nil, precision: .float32)
        var (trained, nearest, own, mean) = (0.0, 0.0, 0.0, 0.0)
        for pair in split.validation {
            let row = pairs.yRows[pair], input = x.gathered([pairs.xRows[pair]])
            let target = y.gathered([row])
            let cosines = compare(input.normalized()).floats
            let best = cosines.indices.max { cosines[$0] < cosines[$1] } ?? 0
            trained += target.squaredDistance(to: code.vectors(of: adapter(input)))
            nearest += target.squaredDistance(to: y.gathered([known[best].y]))
            own += target.squaredDistance(to: code.vectors(of: code.codes(of: target, rows: [0])))
            mean += target.squaredDistance(to: code.mean)
        }
        (self.trained, self.nearest, floor) = (trained / mean, nearest / mean, own / mean)
    }
}

extension Tensor {
    fileprivate func squaredDistance(to other: Tensor) -> Double {
        withFloats { a in
            other.withFloats { b in
                zip(a, b).reduce(0) { $0 + Double($1.0 - $1.1) * Double($1.0 - $1.1) }
            }
        }
    }
}
