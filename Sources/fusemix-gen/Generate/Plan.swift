import ArgumentParser
import BatchRuns
import FilesOnDisk
import SoundBridge

/// `fusemix-gen plan`: a run fixed in a file, to be divided into shards.
struct Plan: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "plan",
        abstract: "Fixes a run in a file: list, settings, model, precision and threads.",
        usage: "fusemix-gen plan <input> ... --output <folder> --to <plan> [<options>]",
        discussion: """
            Nothing is made yet. The plan is worked off in shards, on one machine or many, and made into one run:

              fusemix-gen plan recordings/ -o pictures/ --to run.plan
              fusemix-gen run run.plan --shard 3/8
              fusemix-gen merge run.plan

            Relative paths in a plan begin at the folder that its shards are run in.
            """)

    @OptionGroup(title: "Inputs and output") var files: FileOptions
    @Option(help: ArgumentHelp("The plan to write.", valueName: "plan"))
    var to: String
    @Flag(help: "Replace a plan that exists.")
    var overwrite = false
    @OptionGroup(title: "Picture") var picture: PictureOptions
    @OptionGroup(title: "Picture") var hearing: HearingOptions
    @OptionGroup(title: "Folders and lists") var batch: BatchOptions
    @OptionGroup(title: "Stable Diffusion models") var checkpoint: CheckpointOptions
    @OptionGroup(title: "Machine") var machine: MachineOptions
    @Flag(help: "Print nothing but errors.")
    var quiet = false

    @ComputeActor
    func run() async throws {
        let planned = try await GenerationPlan(files, picture, hearing, batch, machine, checkpoint)
        guard planned.plan.isBatch else {
            throw UsageError("A plan is for many pictures: a folder, several inputs or a list was expected.")
        }
        for path in planned.plan.unlisted { Console.error("\(path)") }
        let file = try UsageError.rethrowing(FileContentError.self) {
            try PlanFile.write(
                planned.plan, planned.header(), model: machine.model, options: checkpoint.options(), to: to,
                overwrite: overwrite)
        }
        guard !quiet else { return }
        if let note = planned.note { Console.note("\(note.printable)\n") }
        for path in planned.plan.passedOver { Console.note("\(path.description.printable)\n") }
        try Console.result("\(to.printable)  \(file.items.pictureCount) pictures  seed \(planned.settings.seed)")
    }
}
