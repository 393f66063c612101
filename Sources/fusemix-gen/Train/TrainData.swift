import FilesOnDisk
import Foundation
import FuseMix
import LatentStore
import TensorCore

/// What a training reads: two sets of latents, the pairs between them and which of those are held out.
struct TrainData {
    /// One side's file.
    struct Side {
        let latents: LatentSet
        /// Name of the encoder, else of the file.
        let encoder: String

        init(path: String) throws {
            let url = URL(filePath: path)
            latents = try LatentSet(contentsOf: url)
            encoder = latents.metadata["encoder"] ?? url.deletingPathExtension().lastPathComponent
        }
    }

    let x: Side
    let y: Side
    let pairs: PairList
    let split: PairSplit
    /// Weights of the base of x.
    let base: Tensor?
    /// Paths of the files, as they were given.
    let files: [String]

    init(_ command: Train) throws {
        let options = command.data
        x = try Side(path: options.x)
        y = try Side(path: options.y)
        let (xIDs, yIDs, xGroups) = (x.latents.ids, y.latents.ids, x.latents.groups)
        pairs =
            if let table = options.pairs {
                try PairList(contentsOf: URL(filePath: table), xIDs: xIDs, yIDs: yIDs, xGroups: xGroups)
            } else {
                try PairList(xIDs: xIDs, yIDs: yIDs, xGroups: xGroups)
            }
        split = try PairSplit(pairs, by: try command.validation.rule(), seed: command.machine.seed)
        let side = x
        base = try command.adapters.base.map { try Self.base($0, scores: command.adapters.baseStart, of: side) }
        files = [options.x, options.y] + [options.pairs, command.adapters.base].compactMap { $0 }
    }
}

extension TrainData {
    /// Throws `TrainingError.unfitBase` when the latents of x do not have as many scores.
    private static func base(_ path: String, scores start: Int?, of x: Side) throws -> Tensor {
        let weight = try SafetensorsFile(contentsOf: URL(filePath: path)).tensor("weight")
        let channels = x.latents.channels
        guard weight.shape.count == 2, weight.shape[1] > 0, weight.shape[1] <= channels,
            0...channels - weight.shape[1] ~= start ?? 0
        else {
            throw TrainingError.unfitBase(
                found: weight.shape,
                expected: "[output size, scores] with the scores among the \(channels) channels of x")
        }
        return weight
    }
}

extension TrainValidationOptions {
    private static let usualShare = 0.1

    /// Throws `UsageError` for a list of groups that cannot be read.
    fileprivate func rule() throws -> PairSplit.Rule {
        guard let validationGroups else { return .fraction(validation ?? Self.usualShare) }
        guard FileManager.default.fileExists(atPath: validationGroups) else {
            return .groups(Set(validationGroups.split(separator: ",").map(String.init)))
        }
        do {
            let lines = try TextFile.lines(at: URL(filePath: validationGroups))
            return .groups(Set(lines.filter { !$0.isEmpty }))
        } catch {
            throw UsageError("\(error)")
        }
    }
}
