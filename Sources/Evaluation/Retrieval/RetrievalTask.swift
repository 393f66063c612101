import FuseMix
import LatentStore
import Retrieval
import TensorCore

/// A retrieval evaluation that is ready to run: two sides in one space.
public struct RetrievalTask: Sendable {
    private let latents: PairedLatents
    private let x: RetrievalReport.Side
    private let y: RetrievalReport.Side
    private let space: String
    private let dataset: RetrievalReport.Dataset?
    private let encodeSeconds: Double?
    private let precision: Precision

    /// - Parameters:
    ///   - names: Names of the two sides in the report and in error messages.
    ///   - maps: The two maps into the space.
    ///   - space: Description of the space, in words.
    ///   - encodeSeconds: Time that encoding took, if it was part of the task.
    /// - Throws: `SpaceError`, `RetrievalError`.
    @ComputeActor
    public init(
        x: LatentSet, y: LatentSet, pairs: PairList, names: (x: String, y: String), maps: (x: SpaceMap, y: SpaceMap),
        space: String, dataset: RetrievalReport.Dataset?, encodeSeconds: Double?, precision: Precision
    ) throws {
        latents = try PairedLatents(x: x, y: y, pairs: pairs, names: names, maps: maps)
        self.x = RetrievalReport.Side(source: names.x, kind: LatentKind(x), unpaired: x.count - latents.x.count)
        self.y = RetrievalReport.Side(source: names.y, kind: LatentKind(y), unpaired: y.count - latents.y.count)
        (self.space, self.dataset, self.encodeSeconds) = (space, dataset, encodeSeconds)
        self.precision = precision
    }

    /// Ranks all candidates for all queries. Throws `RetrievalError`.
    @ComputeActor
    public func report(bootstrap: Bootstrap) throws -> RetrievalReport {
        let clock = ContinuousClock()
        let start = clock.now
        let evaluation = try RetrievalEvaluation(
            x: latents.x, y: latents.y, pairs: latents.pairs, bootstrap: bootstrap)
        return RetrievalReport(
            x: x, y: y, space: space, dataset: dataset, precision: precision, evaluation: evaluation,
            seconds: .init(encode: encodeSeconds, rank: (clock.now - start) / .seconds(1)))
    }
}
