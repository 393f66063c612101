import FrozenEncoders
import PictureFiles

/// The best of a picture's candidates so far.
@ComputeActor
struct KeptCandidate {
    /// The request, with the candidate's seed.
    private(set) var request: PictureRequest
    private(set) var tried: [ScoredSeed] = []
    /// Time spent on all candidates.
    var seconds: StageSeconds
    private var outcome: Result<Picture, any Error>?
    private var best = -Float.infinity
    private let score: (@ComputeActor (Picture) -> Float)?

    /// - Parameter score: Ranks the candidates; nil where there is one alone.
    init(_ request: PictureRequest, score: (@ComputeActor (Picture) -> Float)?) {
        (self.request, seconds, self.score) = (request, request.seconds, score)
    }

    /// Keeps a candidate that is the first or nearer than those before. For a picture that cannot be made another may be.
    mutating func take(_ candidate: PictureRequest, picture: () throws -> Picture) {
        let made = seconds.measure(\.decode) { Result { try picture() } }
        guard let score else {
            outcome = made
            return
        }
        guard case .success(let picture) = made else {
            outcome = outcome ?? made
            return
        }
        let found = seconds.measure(\.decode) { score(picture) }
        tried.append(ScoredSeed(seed: candidate.settings.seed, score: found))
        if tried.count == 1 || found > best { (request, outcome, best) = (candidate, made, found) }
    }

    /// The picture of the candidate that was kept. Throws what kept all of them from being made; `CancellationError` where none
    /// was waited for.
    func picture() throws -> Picture {
        guard let outcome else { throw CancellationError() }
        return try outcome.get()
    }
}
