import ArgumentParser
import BatchRuns
import FilesOnDisk
import Foundation
import RunReport
import SoundBridge

/// The execution of a plan for the user: results on standard output, progress and messages on standard error.
@ComputeActor
struct GenerationRun {
    private let model: OpenModel
    private let plan: RunPlan
    private let options: RunOptions
    private let records: RunRecords?
    private let reporter: GenerationReporter
    /// Time that loading took, before the first item.
    private let loading: Double
    private var sheets: PictureSheets?
    private var writesPage = false
    private var command = ""
    private var isResuming = false

    /// Prepares one call of the root command. Throws what `GenerationPlan` does; `OutputFolderError`,
    /// `RunJournalError`.
    init(_ options: GenerationOptions) async throws {
        guard options.files.output != "-" || !options.messages.json else {
            throw UsageError("The picture and --json cannot both go to standard output.")
        }
        guard options.files.output != "-" || isatty(STDOUT_FILENO) == 0 else {
            throw UsageError("Standard output is a terminal, which shows no PNG: a pipe or a redirection was expected.")
        }
        let planned = try await GenerationPlan(
            options.files, options.picture, options.hearing, options.batch, options.machine, options.checkpoint)
        let folder = planned.plan.recordsFolder
        let recording = given([("--resume", options.resuming.resume), ("--report", options.page.report)])
        if let name = recording.first, folder == nil {
            throw UsageError("\(name) is for runs that keep a record: of a folder, several inputs or a list.")
        }
        if options.page.report, let folder, FolderListing.isFolder(folder.path) {
            try ReportPage.check(URL(filePath: folder.path, directoryHint: .isDirectory))
        }
        if options.picture.seed == .random, !options.messages.quiet {
            Console.note("Seed \(planned.settings.seed)\n")
        }
        let overwrites = options.output.overwrite
        let sheets = PictureSheets(plan: planned.plan, overwrites: overwrites || options.resuming.resume)
        if !planned.plan.isBatch {
            try planned.plan.checkOutputs(overwrites: overwrites)
            if options.sheet.grid { try sheets.check() }
        }
        if let note = planned.note, !options.messages.quiet { Console.note("\(note.printable)\n") }
        try self.init(planned.model, planned.plan, options.runOptions, options.messages) {
            try folder.map { try RunRecords($0, planned.header(), resuming: options.resuming.resume) }
        }
        command = CommandLine.shellWords(drawn: planned.settings, for: options.picture)
        isResuming = options.resuming.resume
        writesPage = options.page.report
        if options.sheet.grid { self.sheets = sheets }
    }

    /// Loads the parts that the plan needs, then opens its records. Throws `ModelError` and what `records` throws.
    init(
        _ model: OpenModel, _ plan: RunPlan, _ options: RunOptions, _ messages: MessageOptions,
        records: () throws -> RunRecords?
    ) throws {
        // A user who waits for one picture wants to end at once; a batch finishes the pictures in progress first, where that
        // does not take minutes.
        Interrupts.install(plan.isBatch && !model.isTextToImage ? .finishFirst : .cancel)
        (self.model, self.plan, self.options) = (model, plan, options)
        reporter = GenerationReporter(plan, messages)
        var seconds = StageSeconds()
        try seconds.measure(\.load) { try model.pipeline.load(plan.stages) }
        loading = seconds.load
        self.records = try records()
    }

    /// Runs the plan. Throws `ModelError`, `RunJournalError`, or `ExitCode` when an item failed or the run was
    /// interrupted.
    func run() async throws {
        let summary = try await pictures()
        if let records {
            try Manifest.write(plan, from: records.journal, to: records.folder)
            // A run that only finds what is there, or goes on with it, leaves the command that made it.
            if summary.made > 0 && !isResuming || records.folder.command == nil {
                try records.folder.keep(command: command)
            }
            if writesPage {
                try ReportPage.write(of: records.folder)
                try reporter.report(file: FolderListing.join(records.folder.path, ReportPage.fileName))
            }
        }
        let isInterrupted = Interrupts.requested != nil && summary.left > 0
        let sheets = isInterrupted ? nil : sheets?.write()
        for sheet in sheets?.sheets ?? [] { try reporter.report(file: sheet) }
        for failure in sheets?.failures ?? [] { Console.error(failure) }
        try finish(summary)
        if sheets?.failures.isEmpty == false { throw ExitCode(1) }
    }

    /// Ends the run. Throws `ExitCode` when an item failed or the run was interrupted.
    func finish(_ summary: RunSummary) throws {
        if let code = Interrupts.requested, summary.left > 0 { throw ExitCode(code) }
        if summary.exitCode != 0 { throw ExitCode(summary.exitCode) }
    }

    /// Makes the pictures, without a manifest, and returns the summary.
    func pictures() async throws -> RunSummary {
        let run = try PictureRun(
            model, loading: loading, plan, options, records, isInterrupted: { Interrupts.requested != nil },
            observe: reporter.report)
        defer { reporter.clear() }
        let summary = try await Interrupts.cancelling(Task { try await run.run() })
        reporter.finish(summary, isInterrupted: Interrupts.requested != nil && summary.left > 0)
        return summary
    }
}

extension RunPlan {
    /// The folder of the run's records; nil where it keeps none.
    var recordsFolder: RunFolder? { isBatch ? folder.map(RunFolder.init) : nil }
}
