import Foundation
import FrozenEncoders
import FuseMix
import LatentStore
import Retrieval
import SoundBridge

/// A retrieval evaluation as the user asks for it: two sides, the pairs of their items, and the adapters that bring
/// them into one space.
public struct RetrievalTask: Sendable {
    public enum Source: Sendable {
        case latents(Latents)
        case dataset(Dataset)
    }

    /// Files of latents, and the table of their pairs; without a table, rows of equal id are pairs, or rows of equal
    /// place where a set has no ids.
    public struct Latents: Sendable {
        public var x: String
        public var y: String
        /// Names of the matrices to take of `.safetensors` files with several; nil takes the only one.
        public var tensors: (x: String?, y: String?) = (nil, nil)
        public var pairs: String?

        public init(x: String, y: String, pairs: String? = nil) {
            (self.x, self.y, self.pairs) = (x, y, pairs)
        }
    }

    /// A dataset in its published form.
    public struct Dataset: Sendable {
        public var format: AnnotationFormat
        public var annotations: String
        /// Folder of the media; nil takes that of the annotations.
        public var media: String?
        public var captions = CaptionStyle.fusemix
        /// Whether media that are missing from the folder are an error; otherwise they are left out.
        public var isStrict = false
        /// Encoders by name or folder; nil takes those of the adapters.
        public var mediaEncoder: String?
        public var captionEncoder: String?

        public init(_ format: AnnotationFormat, annotations: String) {
            (self.format, self.annotations) = (format, annotations)
        }
    }

    public var source: Source
    /// The split to evaluate; nil takes all pairs, or the one that the dataset's format names.
    public var split: String?
    /// Adapters by name or folder; nil compares latents as they are, and a dataset by the model's own adapters.
    public var adapters: String?
    /// The ranking of equal scores.
    public var ties = TieRule.pessimistic
    /// Depths of further recalls, beside 1, 5 and 10.
    public var depths: [Int] = []
    /// Parts that are ranked alone, each a run of groups in their order; 1 for none.
    public var folds = 1
    public var bootstrap: Bootstrap

    public init(_ source: Source, bootstrap: Bootstrap = Bootstrap()) {
        (self.source, self.bootstrap) = (source, bootstrap)
    }

    /// Runs the evaluation. Latents without adapters need no installed model.
    ///
    /// - Parameters:
    ///   - onItem: Called before a medium is encoded, with its index, the number of media, and its name.
    ///   - onFailure: Called with the error when media are missing, and when a medium cannot be decoded; they are left
    ///     out.
    /// - Throws: `DatasetError`, `PairListError`, `ModelError`, `SpaceError`, `RetrievalError`, and what reading the
    ///   files throws.
    @ComputeActor
    public func report(
        _ components: Components, onItem: (Int, Int, String) -> Void = { _, _, _ in },
        onFailure: (any Error) -> Void = { _ in }
    ) throws -> RetrievalReport {
        try reports(for: [adapters], components, onItem: onItem, onFailure: onFailure)[0]
    }

    /// Runs the evaluation with each of several adapters in place of the task's; adapters of the same encoders share
    /// what is encoded. Throws as `report` does.
    @ComputeActor
    public func reports(
        for adapters: [String?], _ components: Components, onItem: (Int, Int, String) -> Void = { _, _, _ in },
        onFailure: (any Error) -> Void = { _ in }
    ) throws -> [RetrievalReport] {
        var known: [EncodedBy: CaptionedLatents] = [:]
        return try adapters.map { name in
            let sides =
                switch source {
                case .latents(let files): try latents(files, name, components)
                case .dataset(let dataset): try encoded(dataset, name, components, &known, onItem, onFailure)
                }
            return try report(of: sides, components)
        }
    }

    @ComputeActor
    private func report(of sides: Sides, _ components: Components) throws -> RetrievalReport {
        let paired = try PairedLatents(
            x: sides.x, y: sides.y, pairs: sides.pairs, names: sides.names, maps: sides.maps)
        let clock = ContinuousClock()
        let start = clock.now
        let evaluation = try RetrievalEvaluation(
            x: paired.x, y: paired.y, pairs: paired.pairs, ties: ties, depths: depths, folds: folds,
            bootstrap: bootstrap)
        return RetrievalReport(
            x: .init(source: sides.names.x, kind: LatentKind(sides.x), unpaired: sides.x.count - paired.x.count),
            y: .init(source: sides.names.y, kind: LatentKind(sides.y), unpaired: sides.y.count - paired.y.count),
            space: sides.space, dataset: sides.dataset, precision: components.precision, evaluation: evaluation,
            seconds: .init(encode: sides.encodeSeconds, rank: (clock.now - start) / .seconds(1)))
    }

    /// Settings that a dataset's latents depend on beside the dataset.
    private struct EncodedBy: Hashable {
        let media: [URL]
        let width: Int?
        let captions: [URL]
    }

    /// Latents of both sides, and their maps into one space.
    private struct Sides {
        let x: LatentSet
        let y: LatentSet
        let pairs: PairList
        /// Names of the sides in the report and in error messages.
        let names: (x: String, y: String)
        let maps: (x: SpaceMap, y: SpaceMap)
        /// Description of the space, in words.
        let space: String
        var dataset: RetrievalReport.Dataset?
        var encodeSeconds: Double?
    }

    @ComputeActor
    private func latents(_ files: Latents, _ adapters: String?, _ components: Components) throws -> Sides {
        let first = try LatentSet(contentsOf: URL(filePath: files.x), tensor: files.tensors.x)
        let second = try LatentSet(contentsOf: URL(filePath: files.y), tensor: files.tensors.y)
        var pairs = try PairList(tableAt: files.pairs, between: first, and: second)
        if let split { pairs = try pairs.part(named: split) }
        let asTheyAre = EmbeddingSpace("the latents as they are")
        let chosen = try adapters.map(components.adapters)
        let sides = try chosen?.sides(for: LatentKind(first), and: LatentKind(second))
        return Sides(
            x: first, y: second, pairs: pairs, names: (files.x, files.y),
            maps: sides.map { ($0.first, $0.second) } ?? (.own(asTheyAre), .own(asTheyAre)),
            space: chosen?.name ?? asTheyAre.name)
    }

    @ComputeActor
    private func encoded(
        _ dataset: Dataset, _ adapters: String?, _ components: Components, _ known: inout [EncodedBy: CaptionedLatents],
        _ onItem: (Int, Int, String) -> Void,
        _ onFailure: (any Error) -> Void
    ) throws -> Sides {
        let file = URL(filePath: dataset.annotations)
        let published = try CaptionedDataset(dataset.format, annotations: file, split: split)
        let folder =
            dataset.media.map { URL(filePath: $0, directoryHint: .isDirectory) } ?? file.deletingLastPathComponent()
        let located = try published.located(in: folder, isStrict: dataset.isStrict)
        if let error = located.error, known.isEmpty { onFailure(error) }
        let modality = dataset.format.modality ?? Modality(ofFileNamed: located.items[0].file.lastPathComponent)
        let given = (
            media: try dataset.mediaEncoder.map { try components.encoder($0, for: modality) },
            captions: try dataset.captionEncoder.map { try components.encoder($0, for: .text) }
        )
        let pair = try wordAdapters(adapters, modality, [given.media, given.captions].compactMap(\.self), components)
        guard let mediaEncoder = given.media ?? pair.itemEncoder else {
            throw SpaceError.noEncoder(method: pair.name)
        }
        let captionEncoder = given.captions ?? pair.wordEncoder
        let clock = ContinuousClock()
        let start = clock.now
        let width = try pair.items.inputSize()
        let encoders = EncodedBy(media: mediaEncoder.folders, width: width, captions: captionEncoder.folders)
        let latents =
            try known[encoders]
            ?? CaptionedLatents(
                located, style: dataset.captions, media: mediaEncoder, width: width, captions: captionEncoder,
                onMedium: { onItem($0, located.items.count, located.items[$0].file.lastPathComponent) },
                onFailure: onFailure)
        known[encoders] = latents
        return Sides(
            x: latents.media, y: latents.captions, pairs: latents.pairs, names: (modality.rawValue, "text"),
            maps: (pair.items, pair.words), space: pair.name,
            dataset: RetrievalReport.Dataset(
                published, annotations: file.lastPathComponent, located, latents, style: dataset.captions),
            encodeSeconds: (clock.now - start) / .seconds(1))
    }

    /// The named adapters, else the two towers of a model as it was published, else the model's own adapters.
    ///
    /// - Parameter given: Encoders that go before installed ones of their names.
    @ComputeActor
    private func wordAdapters(
        _ adapters: String?, _ modality: Modality, _ given: [NamedEncoder], _ components: Components
    ) throws -> WordAdapters {
        if adapters == nil, let towers = try components.towers(for: modality) {
            return WordAdapters(items: towers.items, words: towers.words)
        }
        let chosen =
            try adapters.map(components.adapters)
            ?? components.model().adapters(modality == .image ? .imageText : .audioText)
        return try WordAdapters(chosen) { name in
            try given.first { $0.name == name } ?? components.encoder(name)
        }
    }
}
