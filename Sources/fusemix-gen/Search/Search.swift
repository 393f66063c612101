import ArgumentParser
import Evaluation
import FilesOnDisk
import Foundation

/// `fusemix-gen search`: a search by sound, picture or words, over latents that were embedded before.
struct Search: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "search",
        abstract: "Finds what is nearest to a sound, a picture or words among embedded items.",
        usage: """
            fusemix-gen search <file> --in <latents> ... [-k <count>] [<options>]
            fusemix-gen search --text <words> --in <latents> ... [-k <count>] [<options>]
            """,
        discussion: """
            Every item is looked at; scores are cosines, -1 to 1. Items of the query's own kind are compared as their \
            encoder has them, words and pictures by the model's image_text adapters, words and sounds by its audio_text \
            adapters. Sounds and pictures meet by way of words: the model's sound adapter takes the sound to the sentence \
            space, the image_text adapters take it on from there. Sounds must have been embedded with both features, as \
            embed does unless told otherwise.

              fusemix-gen search dog.wav --in pictures.safetensors -k 5
              fusemix-gen search --text "rain on a roof" --in sounds.safetensors --json

            Exit codes: 0 done; 1 a file is unfit; 2 wrong usage; 3 a model cannot be loaded.
            """)

    @Argument(
        help: ArgumentHelp(
            "The query: a picture when it is named .png, .jpg, .jpeg or .webp, else a sound.", valueName: "file"))
    var query: String?

    @OptionGroup(title: "Search") var options: SearchOptions
    @OptionGroup(title: "Machine") var machine: MachineOptions

    func validate() throws {
        guard (query == nil) != (options.text == nil) else {
            throw ValidationError("Either a file or --text is expected as the query.")
        }
        guard !(options.text?.allSatisfy(\.isWhitespace) ?? false) else {
            throw ValidationError("--text holds no words.")
        }
    }

    func run() async throws {
        let query = self.query.map(SearchTask.Query.file) ?? .words(options.text ?? "")
        var task = SearchTask(query, in: options.sets, count: options.count, adapters: options.adapters)
        (task.tensor, task.encoder) = (options.tensor, options.encoder)
        let report = try await task.report(machine.components())
        try Console.result(options.json ? jsonLine(report) : report.table)
    }
}

extension SearchReport {
    /// A line for each hit: rank, cosine, id.
    var table: String {
        hits.map { hit in String(format: "%3d  %7.4f  ", hit.rank, hit.score) + hit.id.printable }
            .joined(separator: "\n")
    }
}
