import ArgumentParser
import Evaluation

extension CaptionStyle: ExpressibleByArgument {}

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
            Rows that it does not name stay out. Rows without ids are numbered from 0. (default: rows of the same id; \
            without ids, rows of the same place)
            """, valueName: "tsv"))
    var pairs: String?

    @OptionGroup var tensors: TensorOptions

    @Option(
        help: ArgumentHelp(
            """
            The split to evaluate: of --pairs train, validation or test; of a dataset the name that its annotations \
            use, or all. (default: all of --pairs and of tsv, test of karpathy and flickr8k)
            """, valueName: "name"))
    var split: String?
}

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
            """
            Folder of its pictures or sounds. They may lie in the dataset's own folders below it (val2014, \
            flickr30k-images, Flicker8k_Dataset, evaluation and the like), or anywhere below under names that no other file \
            has. (default: the annotations' folder)
            """, valueName: "folder"))
    var media: String?

    @Option(
        help: ArgumentHelp(
            """
            What becomes of captions: fusemix (lower case, .!"()*#:;~ as spaces, at most 50 words) or raw.
            """, valueName: "style"))
    var captions = CaptionStyle.fusemix

    @Flag(
        help: """
            Stop when media are missing, and take media that would be warned of (that end early or are damaged) as \
            unreadable; without it missing ones and their captions are left out, and counted.
            """)
    var strict = false

    @Option(
        help: ArgumentHelp(
            "Encoder of the pictures or sounds: a component's name or folder, or several with commas between them. (default: the adapters')",
            valueName: "name|folder"))
    var xEncoder: String?

    @Option(
        help: ArgumentHelp(
            "Encoder of the captions: a component's name or folder, or several with commas between them. (default: the adapters')",
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

    /// The dataset that the options name; nil when they name none.
    var dataset: RetrievalTask.Dataset? {
        guard let format, let annotations else { return nil }
        var dataset = RetrievalTask.Dataset(format, annotations: annotations)
        (dataset.media, dataset.captions, dataset.isStrict) = (media, captions, strict)
        (dataset.mediaEncoder, dataset.captionEncoder) = (xEncoder, yEncoder)
        return dataset
    }
}
