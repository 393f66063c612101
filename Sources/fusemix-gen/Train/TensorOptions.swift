import ArgumentParser

/// The matrices to take of files from elsewhere, for a command with two sides.
struct TensorOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            """
            Name of the matrix to take of a .safetensors from elsewhere that has several; given twice, that of --x, then \
            that of --y. (default: the only one)
            """, valueName: "name"))
    var tensor: [String] = []

    func validate() throws {
        guard tensor.count <= 2 else { throw ValidationError("--tensor may be given twice at most: for --x and --y.") }
    }

    var names: (x: String?, y: String?) { (tensor.first, tensor.last) }
}
