import ArgumentParser

/// The query, where to search and how.
struct SearchOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Words as the query.", valueName: "words"))
    var text: String?

    @Option(
        name: .customLong("in"), parsing: .upToNextOption,
        help: ArgumentHelp(
            "Latents to search, .safetensors or .npy, of one encoder when there are several. Rows without ids are numbered from 0.",
            valueName: "latents"))
    var sets: [String]

    @Option(
        help: ArgumentHelp(
            "Name of the matrix to search, for a .safetensors from elsewhere with several. (default: the only one)",
            valueName: "name"))
    var tensor: String?

    @Option(
        name: .customShort("k"), parsing: .unconditional,
        help: ArgumentHelp("How many to print, 1 to 100000.", valueName: "count"))
    var count = 5

    @Option(
        help: ArgumentHelp(
            "Adapters to compare by, in place of the model's: a component's name or folder.", valueName: "name|folder"))
    var adapters: String?

    @Option(
        help: ArgumentHelp(
            """
            Encoder of the query, where it is a published model that has embedded the sets or that the adapters were \
            trained on: a component's name or folder. (default: the one that these name)
            """, valueName: "name|folder"))
    var encoder: String?

    @Flag(help: "Print one JSON object.")
    var json = false

    func validate() throws { try checkOption(count, 1...100_000, "-k") }
}
