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

    init(_ request: PictureRequest) {
        (self.request, seconds) = (request, request.seconds)
    }

    /// Keeps a candidate that is the first or nearer than those before. Throws `ModelError` of the critic; nothing is thrown
    /// for a picture that cannot be made, as another may be.
    mutating func take(
        _ candidate: PictureRequest, _ critic: PictureCritic?, picture: () throws -> Picture
    ) throws {
        let made = seconds.measure(\.decode) { Result { try picture() } }
        guard let critic else {
            outcome = made
            return
        }
        guard case .success(let picture) = made else {
            outcome = outcome ?? made
            return
        }
        let score = try seconds.measure(\.decode) { try critic.score(picture, of: candidate.subject) }
        tried.append(ScoredSeed(seed: candidate.settings.seed, score: score))
        if tried.count == 1 || score > best { (request, outcome, best) = (candidate, made, score) }
    }

    /// The picture of the candidate that was kept. Throws what kept all of them from being made; `CancellationError` where none
    /// was waited for.
    func picture() throws -> Picture {
        guard let outcome else { throw CancellationError() }
        return try outcome.get()
    }
}
