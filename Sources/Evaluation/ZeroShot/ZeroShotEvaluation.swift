import FrozenEncoders
import Retrieval
import TensorCore

/// A classification of items by the names of the classes, with one method.
public struct ZeroShotEvaluation: Sendable {
    public let name: String
    public let metrics: ClassificationMetrics
    let predictions: ClassPredictions
    let groups: [Int]

    /// The rule for equal scores.
    public static let tieRule = """
        A tie counts against the item: of classes with equal scores the wrong ones come first. \
        Scores are compared in double precision.
        """

    /// Throws `DatasetError.unknownLabel` for an item whose label is no class, `SpaceError`, `RetrievalError`, and
    /// `ModelError`.
    @ComputeActor
    public init(
        of items: ZeroShotItems, by method: ZeroShotMethod, _ prompts: ClassPrompts, bootstrap: Bootstrap
    ) throws {
        let indices = Dictionary(uniqueKeysWithValues: zip(prompts.labels, prompts.labels.indices))
        let truths = try items.items.map { item in
            guard let index = indices[item.label] else {
                throw DatasetError.unknownLabel(source: items.source, label: item.label)
            }
            return index
        }
        let vectors = try EmbeddedItems(method.items(items.latents, of: items.kind), source: items.source) {
            items.items[$0].id
        }
        let classes = try EmbeddedItems(method.classes(prompts), source: "the classes") { prompts.labels[$0] }
        (name, groups) = (method.name, items.groups)
        predictions = try ClassPredictions(of: vectors, among: classes, truths: truths)
        metrics = ClassificationMetrics(predictions, labels: prompts.labels, groups: groups, bootstrap: bootstrap)
    }

    /// Returns the top-1 accuracy minus that of another evaluation of the same items, resampled together.
    public func difference(from other: ZeroShotEvaluation, bootstrap: Bootstrap) -> Estimate {
        ClassificationMetrics.difference(predictions, other.predictions, groups: groups, bootstrap: bootstrap)
    }
}
