import ArgumentParser
import Evaluation
import Foundation
import FuseMix
import LatentStore
import TensorCore

/// Retrieval among latents that were embedded before.
struct RetrievalLatentOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Latents of one side, .safetensors or .npy.", valueName: "latents"))
    var x: String?

    @Option(help: ArgumentHelp("Latents of the other side.", valueName: "latents"))
    var y: String?

    @Option(
        help: ArgumentHelp(
            """
            Which rows belong together: a table of ids with the columns x and y and, if wanted, group and split. \
            Rows that it does not name stay out. (default: rows of the same id)
            """, valueName: "tsv"))
    var pairs: String?

    @Option(
        help: ArgumentHelp(
            """
            The split to evaluate: of --pairs train, validation or test; of a dataset the name that its annotations \
            use, or all. (default: all of --pairs and of tsv, test of karpathy and flickr8k)
            """, valueName: "name"))
    var split: String?

    /// Throws what reading the files throws, `PairListError`, `SpaceError`, `UsageError`.
    @ComputeActor
    func task(adapters: String?, _ components: Components) throws -> RetrievalTask {
        let names = (x: x ?? "", y: y ?? "")
        let first = try LatentSet(contentsOf: URL(filePath: names.x))
        let second = try LatentSet(contentsOf: URL(filePath: names.y))
        var list =
            try pairs.map {
                try PairList(contentsOf: URL(filePath: $0), xIDs: first.ids, yIDs: second.ids, xGroups: first.groups)
            } ?? PairList(xIDs: first.ids, yIDs: second.ids, xGroups: first.groups)
        if let split { list = try list.part(named: split) }
        let asTheyAre = EmbeddingSpace("the latents as they are")
        let chosen = try adapters.map(components.adapters)
        let sides = try chosen?.sides(for: LatentKind(first), and: LatentKind(second))
        return try RetrievalTask(
            x: first, y: second, pairs: list, names: names,
            maps: sides.map { ($0.first, $0.second) } ?? (.own(asTheyAre), .own(asTheyAre)),
            space: chosen?.name ?? asTheyAre.name, dataset: nil, encodeSeconds: nil,
            precision: components.precision)
    }
}

extension PairList {
    /// The pairs of one part. Throws `UsageError` when the list marks none or has none of it.
    fileprivate func part(named name: String) throws -> PairList {
        guard let part = Part(rawValue: name) else {
            throw UsageError("--split of --pairs must be train, validation or test, not \(name).")
        }
        let chosen = xRows.indices.filter { parts?[$0] == part }
        guard !chosen.isEmpty else { throw UsageError("--pairs has no pair of the split \(name).") }
        return PairList(
            xRows: chosen.map { xRows[$0] }, yRows: chosen.map { yRows[$0] },
            groups: chosen.map { groupNames[groups[$0]] })
    }
}
