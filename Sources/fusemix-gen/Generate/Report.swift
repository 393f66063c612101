import ArgumentParser
import BatchRuns
import FilesOnDisk
import RunReport

/// `fusemix-gen report`: the page of a finished run.
struct Report: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "report",
        abstract: "Writes a page to look through the pictures of a folder or list.",
        usage: "fusemix-gen report <folder> [<options>]",
        discussion: """
            Writes index.html beside the manifest of a run, and prints its path: pictures by folder with their sounds, \
            what was heard, the encoder's scores, seeds and settings, the command of the run, what failed, and stars for \
            favourites. The page is one file that needs no network; it points to pictures and sounds by relative paths, \
            so that they must stay where they are. --report on a run, and on merge, writes the same page.

            Exit codes: 0 done; 1 there is no manifest, or the page cannot be written; 2 wrong usage.
            """)

    @Argument(help: ArgumentHelp("The folder that a run wrote its pictures into.", valueName: "folder"))
    var folder: String

    @Option(
        help: ArgumentHelp(
            "Where relative paths of sounds begin: the folder that the run was started in.",
            valueName: "folder"))
    var soundsFrom: String = "."

    @Flag(help: "Print nothing but errors.")
    var quiet = false

    func run() throws {
        try ReportPage.write(of: RunFolder(folder), soundsFrom: soundsFrom)
        if !quiet { try Console.result(FolderListing.join(folder, ReportPage.fileName).printable) }
    }
}
