import ArgumentParser

/// Options for what listens to sounds.
struct HearingOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            """
            Another audio encoder that scores classes, by its name in Models/components or the folder of a published model, \
            such as an audio spectrogram transformer; sounds are then drawn by the names of its classes alone, without the \
            model's trained bridge. (default: the model's own)
            """, valueName: "name|folder"))
    var audioEncoder: String?
}
