import Foundation
import LatentStore
import TensorCore

/// The loaded files of a training: two sets of latents, the pairs between them and the held-out pairs.
struct TrainingData {
    /// The file of one side.
    struct Side {
        let latents: LatentSet
        /// Name of the encoder, or of the file where the encoder is not known.
        let encoder: String

        init(path: String, tensor: String?) throws {
            let url = URL(filePath: path)
            latents = try LatentSet(contentsOf: url, tensor: tensor)
            encoder = latents.metadata["encoder"] ?? url.deletingPathExtension().lastPathComponent
        }
    }

    let x: Side
    let y: Side
    let pairs: PairList
    let split: PairSplit
    /// The base of x.
    let base: ScoreBase?
    /// Paths of the files, as given.
    let files: [String]

    /// Reads the files. Throws `PairListError`, `TrainingError.unfitBase` and the errors of reading the files.
    init(_ job: TrainingJob) throws {
        x = try Side(path: job.x, tensor: job.tensors.x)
        y = try Side(path: job.y, tensor: job.tensors.y)
        pairs = try PairList(tableAt: job.pairs, between: x.latents, and: y.latents)
        split = try PairSplit(pairs, by: job.heldOut, seed: job.settings.seed)
        let channels = x.latents.channels
        base = try job.base.map { try Self.base($0, channels: channels) }
        files = [job.x, job.y] + [job.pairs, job.base?.path].compactMap { $0 }
    }

    private static func base(_ base: TrainingJob.Base, channels: Int) throws -> ScoreBase {
        let weight = try SafetensorsFile(contentsOf: URL(filePath: base.path)).tensor("weight")
        guard weight.shape.count == 2, weight.shape[1] > 0, weight.shape[1] <= channels,
            0...channels - weight.shape[1] ~= base.start ?? 0
        else {
            throw TrainingError.unfitBase(
                found: weight.shape,
                expected: "[output size, scores] with the scores among the \(channels) channels of x")
        }
        let scores = weight.shape[1]
        let form = ScoreBase.Form(
            start: base.start ?? channels - scores, count: scores, power: base.power, gain: base.gain)
        return ScoreBase(form, weight: weight)
    }
}

extension PairList {
    /// Reads the pairs of a table; without one, pairs the rows of equal id, or of equal place where a set has no ids.
    /// Throws `PairListError`.
    public init(tableAt path: String?, between x: LatentSet, and y: LatentSet) throws {
        if let path {
            try self.init(contentsOf: URL(filePath: path), xIDs: x.ids, yIDs: y.ids, xGroups: x.groups)
        } else if x.isNumbered || y.isNumbered {
            guard x.count == y.count else { throw PairListError.unequal(x: x.count, y: y.count) }
            self.init(
                xRows: Array(0..<x.count), yRows: Array(0..<y.count), groups: Array(x.groups ?? y.groups ?? x.ids))
        } else {
            try self.init(xIDs: x.ids, yIDs: y.ids, xGroups: x.groups)
        }
    }
}
