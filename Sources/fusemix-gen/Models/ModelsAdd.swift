import ArgumentParser
import FilesOnDisk
import Foundation
import SoundBridge

/// `fusemix-gen models add PATH --name NAME`.
struct ModelsAdd: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "add",
        abstract: "Gives a Stable Diffusion model on the disk a name for --model.",
        usage: "fusemix-gen models add <path> [--name <name>] [--copy] [--json]",
        discussion: """
            The model stays where it is: a link to it is made in $XDG_DATA_HOME/fusemix-gen/models (default \
            ~/.local/share). Names of installed models, and of those in $FUSEMIX_MODELS, come first and cannot be taken. \
            Exit code 3 when it is no model that can be opened.
            """)

    @Argument(help: ArgumentHelp("A folder of diffusers, or a single .safetensors or .ckpt file.", valueName: "path"))
    var path: String

    @Option(
        help: ArgumentHelp(
            """
            Its name, up to 64 letters, digits, ".", "_" and "-". (default: that of the folder, or of the file without \
            its ending)
            """, valueName: "name"))
    var name: String?

    @Flag(help: "Copy the model, so that it may be moved or deleted where it is.")
    var copy = false

    @Flag(help: "Print one JSON object.")
    var json = false

    func run() throws {
        let search = ModelSearch()
        let place = URL(filePath: path).standardizedFileURL
        let usual = FolderListing.isFolder(place.path(percentEncoded: false)) ? place : place.deletingPathExtension()
        let entry = try search.add(path, as: name ?? usual.lastPathComponent, copies: copy)
        let line = ModelsList.Added(entry, search)
        try Console.result(json ? jsonLine(line) : line.line.printable)
    }
}
