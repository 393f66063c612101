import ArgumentParser

struct FileOptions: ParsableArguments {
    @Argument(
        help: ArgumentHelp(
            """
            Sound files (WAV, FLAC, Ogg Vorbis, Opus, AIFF, MP3) or folders of them; - is standard input. \
            None when --prompt stands alone.
            """, valueName: "input"))
    var inputs: [String] = []

    @Option(
        name: .shortAndLong,
        help: ArgumentHelp(
            "The PNG to write, a folder for several pictures, or - for standard output.", valueName: "path"))
    var output: String

    @Flag(help: "Write no settings into the PNG.")
    var noMetadata = false
}
