import ArgumentParser
import BatchRuns
import FilesOnDisk
import Foundation
import SoundBridge

/// `fusemix-gen run`: a shard of a plan.
struct Run: AsyncParsableCommand, InterruptibleCommand {
    static let interruptPolicy = Interrupts.Policy.installedByCommand

    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Makes the pictures of a plan, or of a shard of it.",
        usage: "fusemix-gen run <plan> [--shard <i/n>] [<options>]",
        discussion: """
            The plan alone says what is made and how; a model, precision or version other than its own is refused. A \
            shard that was interrupted is run again as it was, and goes on where it ended. Its pictures do not depend on \
            how the plan is shared out. Options of Stable Diffusion models, too, are the plan's; those given here say where its \
            files lie on this machine. fusemix-gen merge writes the manifest when all shards are complete.
            """)

    @Argument(help: ArgumentHelp("A plan that fusemix-gen plan has written.", valueName: "plan"))
    var plan: String

    @OptionGroup(title: "Shard") var part: ShardOptions
    @OptionGroup(title: "Shard") var output: OverwriteOption
    @OptionGroup(title: "Shard") var hearing: HearingOptions
    @OptionGroup(title: "Stable Diffusion models") var checkpoint: CheckpointOptions
    @OptionGroup(title: "Work") var work: WorkOptions
    @OptionGroup(title: "Messages") var messages: MessageOptions

    @ComputeActor
    func run() async throws {
        let file = try UsageError.rethrowing(FileContentError.self) { try PlanFile(contentsOf: plan) }
        let shard = try part.shard ?? Shard(slurm: ProcessInfo.processInfo.environment) ?? .whole
        let records = ShardRecords(of: file)
        try records.check(shard)
        let model = try model(for: file)
        let options = work.runOptions(overwrites: output.overwrite, hasMetadata: file.header.metadata)
        let opened = try records.open(shard)
        let run = try GenerationRun(model, file.part(of: shard), options, messages) { opened }
        let summary = try await run.pictures()
        _ = try records.complete(shard, from: opened.journal)
        try run.finish(summary)
    }

    /// Opens the plan's model. Throws `ModelError`, `UsageError` where the pictures would differ from those of the
    /// plan.
    @ComputeActor
    private func model(for file: PlanFile) throws -> OpenModel {
        let header = file.header
        ComputeActor.thread.setThreadCount(header.threads)
        let opened = try OpenModel(
            named: part.model ?? file.model, precision: header.precision,
            options: checkpoint.options(over: file.options), audioEncoder: hearing.audioEncoder)
        let here = RunHeader(
            model: opened.name, components: try opened.digest(), precision: header.precision,
            threads: header.threads, metadata: header.metadata, settings: header.settings,
            checkpoint: try opened.checkpoint())
        if let difference = header.difference(from: here) {
            throw UsageError("\(plan) cannot be run here: it was made for \(difference).")
        }
        return opened
    }
}

/// The part of a plan to make.
struct ShardOptions: ParsableArguments {
    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "The part to make, from 1/n to n/n. (default: the task of a Slurm array that this is, else everything)",
            valueName: "i/n"), transform: Shard.init)
    var shard: Shard?

    @Option(
        help: ArgumentHelp(
            "Where the plan's model lies on this machine, as name or folder. (default: as it was planned)",
            valueName: "name|folder"))
    var model: String?
}
