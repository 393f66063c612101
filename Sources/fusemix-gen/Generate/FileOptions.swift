import ArgumentParser

struct FileOptions: ParsableArguments {
    @Argument(
        help: ArgumentHelp(
            """
            Sound files (WAV, FLAC, Ogg, Opus, AIFF, MP3; with ffmpeg installed also m4a, films and more) or \
            folders of them; - is standard input. \
            None when --prompt stands alone.
            """, valueName: "input"))
    var inputs: [String] = []

    @Option(
        name: [.short, .customLong("output")],
        help: ArgumentHelp(
            """
            The PNG to write (.png is added where it is missing), a folder for several pictures, which is made, or - for \
            standard output.
            """, valueName: "path"))
    var outputPath: String

    @Flag(help: "Write no settings into the PNG.")
    var noMetadata = false

    /// The output, - also where it is written as the device: a file could not be moved into its place.
    var output: String { ["/dev/stdout", "/dev/fd/1", "/proc/self/fd/1"].contains(outputPath) ? "-" : outputPath }
}

struct OverwriteOption: ParsableArguments {
    @Flag(help: "Replace outputs that exist. Without it a folder's are skipped, and a single one is an error.")
    var overwrite = false
}

/// Option for a sheet of an item's pictures.
struct GridOption: ParsableArguments {
    @Flag(
        help: ArgumentHelp(
            """
            With --count, write beside the pictures of each input one PNG with all of them, NAME-grid.png, \
            in rows from the first seed on.
            """))
    var grid = false
}
