import ArgumentParser
import Evaluation
import Foundation
import FrozenEncoders
import LatentStore
import SoundBridge

/// Retrieval on a dataset as it was published.
struct RetrievalDatasetOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            """
            Layout of the annotations: karpathy (dataset_coco.json, dataset_flickr30k.json, dataset_flickr8k.json), \
            coco (captions_val2017.json), flickr8k (Flickr8k.token.txt or captions.txt, with Flickr_8k.testImages.txt \
            beside it), clotho (clotho_captions_evaluation.csv), audiocaps (test.csv), or tsv (columns path and \
            caption and, if wanted, group and split).
            """, valueName: "format"),
        transform: Self.format)
    var format: AnnotationFormat?

    @Option(help: ArgumentHelp("The dataset's own annotation file.", valueName: "file"))
    var annotations: String?

    @Option(
        help: ArgumentHelp(
            "Folder of its pictures or sounds. (default: the annotations' folder)", valueName: "folder"))
    var media: String?

    @Option(
        help: ArgumentHelp(
            """
            What becomes of captions: fusemix (lower case, .!"()*#:;~ as spaces, at most 50 words) or raw.
            """, valueName: "style"))
    var captions = CaptionStyle.fusemix

    @Flag(help: "Leave out media that are not in the folder; without it they are an error.")
    var skipMissing = false

    @Option(
        help: ArgumentHelp(
            "Encoder of the pictures or sounds: a component's name or folder. (default: the adapters')",
            valueName: "name|folder"))
    var xEncoder: String?

    @Option(
        help: ArgumentHelp(
            "Encoder of the captions: a component's name or folder. (default: the adapters')",
            valueName: "name|folder"))
    var yEncoder: String?

    /// Throws `ValidationError` for what is no format.
    @Sendable private static func format(_ argument: String) throws -> AnnotationFormat {
        guard let format = AnnotationFormat(rawValue: argument) else {
            let known = AnnotationFormat.allCases.map(\.rawValue)
            throw ValidationError("one of \(known.joined(separator: ", ")) is expected")
        }
        return format
    }

    /// Throws `DatasetError`, `ModelError`, `SpaceError` and what reading the media throws.
    @ComputeActor
    func task(split: String?, adapters: String?, _ components: Components, quiet: Bool) throws -> RetrievalTask {
        guard let format, let annotations else { preconditionFailure("validated") }
        let file = URL(filePath: annotations)
        let dataset = try CaptionedDataset(format, annotations: file, split: split)
        let folder = media.map { URL(filePath: $0, directoryHint: .isDirectory) } ?? file.deletingLastPathComponent()
        let located = try dataset.located(in: folder, skippingMissing: skipMissing)
        let modality = format.modality ?? Modality(ofFileNamed: located.items[0].file.lastPathComponent)
        let chosen =
            try adapters.map(components.adapters)
            ?? components.model().adapters(modality == .image ? .imageText : .audioText)
        let pair = try WordAdapters(chosen, encoder: components.encoder)
        guard let itemEncoder = try xEncoder.map(components.encoder) ?? pair.itemEncoder else {
            throw SpaceError.noEncoder(method: pair.name)
        }
        let wordEncoder = try yEncoder.map(components.encoder) ?? pair.wordEncoder

        let progress = ProgressLine(total: located.items.count, quiet: quiet)
        let (latents, duration) = try seconds {
            try CaptionedLatents(
                located, style: captions, media: itemEncoder, width: pair.items.inputSize(), captions: wordEncoder,
                onMedium: {
                    progress.show(item: $0 + 1, name: located.items[$0].file.lastPathComponent, stage: "encoding")
                },
                onFailure: {
                    progress.clear()
                    Console.error("\($0)")
                })
        }
        progress.clear()
        return try RetrievalTask(
            x: latents.media, y: latents.captions, pairs: latents.pairs, names: (modality.rawValue, "text"),
            maps: (pair.items, pair.words), space: pair.name,
            dataset: RetrievalReport.Dataset(
                dataset, annotations: file.lastPathComponent, located, latents, style: captions),
            encodeSeconds: duration, precision: components.precision)
    }
}
