import ArgumentParser
import BatchRuns
import FilesOnDisk
import RunReport

/// `fusemix-gen merge`: the shards of a plan merged into one run.
struct Merge: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "merge",
        abstract: "Checks that all shards of a plan are complete, and writes their one manifest.",
        usage: "fusemix-gen merge <plan> [--report] [--quiet]",
        discussion: """
            The manifest is that of a single process over the whole plan, which may also be resumed from it. Exit code 1 when shards are missing, which \
            are named, or when pictures are not as they were made; also when sounds have failed, as in any run.
            """)

    @Argument(help: ArgumentHelp("A plan whose shards have been run.", valueName: "plan"))
    var plan: String

    @OptionGroup var page: PageOption

    @Flag(help: "Print nothing but errors.")
    var quiet = false

    func run() throws {
        let file = try UsageError.rethrowing(FileContentError.self) { try PlanFile(contentsOf: plan) }
        let summary = try MergedShards(file).write()
        let folder = RunFolder(file.output)
        try folder.keep(command: "fusemix-gen run \(plan.shellQuoted) && fusemix-gen merge \(plan.shellQuoted)")
        if page.report { try ReportPage.write(of: folder) }
        if !quiet { GenerationReporter.tell(summary) }
        if page.report, !quiet { try Console.result(FolderListing.join(file.output, ReportPage.fileName).printable) }
        if summary.exitCode != 0 { throw ExitCode(summary.exitCode) }
    }
}
