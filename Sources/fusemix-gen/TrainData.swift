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
    /// Paths of the files, as they were given.
    let files: [String]

    init(_ options: TrainDataOptions, _ validation: TrainValidationOptions, seed: UInt64) throws {
        x = try Side(path: options.x)
        y = try Side(path: options.y)
        let (xIDs, yIDs, xGroups) = (x.latents.ids, y.latents.ids, x.latents.groups)
        pairs =
            if let table = options.pairs {
                try PairList(contentsOf: URL(filePath: table), xIDs: xIDs, yIDs: yIDs, xGroups: xGroups)
            } else {
                try PairList(xIDs: xIDs, yIDs: yIDs, xGroups: xGroups)
            }
        split = try PairSplit(pairs, by: try validation.rule(), seed: seed)
        files = [options.x, options.y] + (options.pairs.map { [$0] } ?? [])
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
            let lines = try ComponentFile.lines(at: URL(filePath: validationGroups))
            return .groups(Set(lines.filter { !$0.isEmpty }))
        } catch {
            throw UsageError("\(error)")
        }
    }
}
