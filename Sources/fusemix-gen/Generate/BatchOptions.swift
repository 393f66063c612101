import ArgumentParser
import BatchRuns
import FilesOnDisk

/// Options for batches: the input of many sounds, and filters on it.
struct BatchOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            """
            A list of items instead of inputs: JSON Lines with input, prompt, seed, output and other settings \
            of each; - is standard input.
            """, valueName: "jsonl"))
    var list: String?

    @Option(
        help: ArgumentHelp(
            """
            Of a folder take only files and folders that match, as in the shell ('*.flac', rain); with a / in it the path \
            below the folder counts.
            """,
            valueName: "pattern"))
    var include: [String] = []

    @Option(
        help: ArgumentHelp("Of a folder leave out the files and folders that match.", valueName: "pattern"))
    var exclude: [String] = []

    var filter: NameFilter { NameFilter(including: include, excluding: exclude) }
}

struct ResumeOption: ParsableArguments {
    @Flag(help: "Go on with an interrupted run of the same settings; what it has made stays.")
    var resume = false
}

struct PageOption: ParsableArguments {
    @Flag(
        help:
            "At the end write index.html beside the manifest, a page to look through the pictures, and print its path (folders and lists)."
    )
    var report = false
}
