import FilesOnDisk
import Foundation
import PictureFiles
import SoundBridge
import SoundFrontEnd

/// The execution of a plan: a few threads read sounds ahead and write pictures while the networks compute, which draw
/// several pictures at once. A bad item never stops the others; a failing model or journal stops all.
///
/// A picture passes through these stages: `PreparedItems` (is it needed, its sound decoded) → `requests(of:)` (listened to,
/// its subject) → `DrawQueue` (denoised with others, decoded into pixels) → `PictureWriter` → `settle`.
@ComputeActor
public final class PictureRun {
    private let pipeline: Pipeline
    private let guide: ModelGuide
    private let options: RunOptions
    private let records: RunRecords?
    private let writer: PictureWriter
    private let pool: WorkerPool
    private let observe: (RunEvent, RunSummary) throws -> Void
    private let isInterrupted: () -> Bool
    /// Time that loading the model took, before the first item.
    private let loading: Double
    private let plan: RunPlan
    private let queue: DrawQueue

    private var summary: RunSummary
    private var isDiskFull = false
    /// The pictures of the queue's requests, oldest first.
    private var drawing: [PictureTask] = []
    /// Pictures whose writing has begun and that are not settled yet, oldest first.
    private var writing: [(task: PictureTask, end: PendingResult<Result<PictureWriter.Written, any Error>>)] = []
    /// The picture that the last item started from.
    private var initial: (settings: InitialPicture, picture: PictureFile)?

    /// - Parameters:
    ///   - model: the model, its pipeline loaded in `loading` seconds.
    ///   - records: records of a batch; nil for a run of one item.
    ///   - isInterrupted: whether the run should end soon; called often.
    ///   - observe: called on the compute thread. An error that it throws ends the run.
    public init(
        _ model: OpenModel, loading: Double, _ plan: RunPlan, _ options: RunOptions, _ records: RunRecords?,
        isInterrupted: @escaping () -> Bool, observe: @escaping (RunEvent, RunSummary) throws -> Void
    ) throws {
        (pipeline, guide, self.loading, self.plan) = (model.pipeline, model.guide, loading, plan)
        (self.options, self.records) = (options, records)
        (self.isInterrupted, self.observe) = (isInterrupted, observe)
        writer = PictureWriter(plan: plan, hasMetadata: options.hasMetadata, records: records)
        pool = WorkerPool(options.jobs)
        queue = try DrawQueue(pipeline, batchSize: options.batchSize, capacity: options.batchSize + 1)
        summary = RunSummary(total: plan.pictureCount, passedOver: plan.passedOver.count)
    }

    /// Runs until all is settled, too many items have failed, the disk is full, or the run is interrupted. The batch
    /// being drawn is finished, and after too many failures the items before them are drawn as well. A run whose task is
    /// cancelled ends within a step.
    ///
    /// Throws `ModelError`, `RunJournalError`, and what `observe` throws.
    public func run() async throws -> RunSummary {
        for path in plan.unlisted { try count(.failed, .failed("\(path)")) }
        let preparation = ItemPreparation(
            plan: plan, options: options, records: records,
            sampleRate: plan.stages.contains(.sounds) ? try pipeline.sampleRate() : 0)
        var items = PreparedItems(preparation, depth: options.batchSize + options.jobs, on: pool)
        while !isEnding, let item = await items.next() {
            for (task, request) in try requests(of: item) where !isEnding {
                try queue.add(request)
                drawing.append(task)
                while queue.hasFullBatch, !Task.isCancelled { try await draw() }
            }
        }
        while !isCutShort, !queue.isEmpty { try await draw() }
        try await settle(allBut: 0)
        return summary
    }

    private var isEnding: Bool { isCutShort || summary.failed >= options.maxFailures }

    /// Whether drawing must end early, because of an interrupt or because no more pictures could be kept.
    private var isCutShort: Bool { Task.isCancelled || isInterrupted() || isDiskFull }

    /// Returns requests for the item's pictures that are to be drawn; the others are settled.
    private func requests(of prepared: PreparedItem) throws -> [(PictureTask, PictureRequest)] {
        let item = prepared.item
        var needed: [PictureTask] = []
        for (picture, need) in zip(item.pictures, prepared.needs) {
            switch need {
            case .make(let overwrites):
                needed.append(PictureTask(item: item, picture: picture, overwrites: overwrites))
            case .nothing: try count(.kept, .kept(output: picture.destination.name))
            case .skip: try skip(picture, of: item)
            case .refuse(let error): try fail(picture, of: item, error)
            }
        }
        guard !needed.isEmpty else { return [] }
        try observe(.at(name: item.displayName, .listening, drawn: writing.count), summary)
        do {
            return try requests(for: needed, of: prepared)
        } catch is CancellationError {
            return []
        } catch {
            // The sentence is about the item, so it is reported once.
            for (index, task) in needed.enumerated() { try fail(task.picture, of: item, error, quietly: index > 0) }
            return []
        }
    }

    private func requests(
        for tasks: [PictureTask], of prepared: PreparedItem
    ) throws -> [(PictureTask, PictureRequest)] {
        let (item, settings) = (prepared.item, prepared.item.settings)
        for remark in try guide.remarks(on: settings) { try observe(.remark(remark), summary) }
        var seconds = prepared.seconds
        seconds.load = loading
        let waveform = try prepared.sound.get()
        let sound = try seconds.measure(\.listen) {
            try waveform.map { try pipeline.listen(to: $0, pooling: settings.window) }
        }
        let subject = try seconds.measure(\.condition) {
            try pipeline.subject(of: sound, by: settings)
        }
        try warn(subject.warnings + (settings.negativePrompt.map(pipeline.warnings(ofNegativePrompt:)) ?? []))
        if sound != nil, settings.prompt == nil,
            let remark = try guide.remark(on: subject, called: item.displayName)
        {
            try observe(.remark(remark), summary)
        }
        let start = try settings.initImage.map(initialPicture)
        try warn(start?.warnings.map(\.description) ?? [])
        return tasks.map { task in
            var request = PictureRequest(
                subject, item.settings(of: task.picture), initialPicture: start, name: item.source.name)
            request.seconds = seconds
            return (task, request)
        }
    }

    /// Tells what is to be said of an input that is used all the same. Throws `StrictnessError` in a strict run.
    private func warn(_ warnings: [String]) throws {
        guard let first = warnings.first else { return }
        guard !options.isStrict else { throw StrictnessError(description: first) }
        for warning in warnings { try observe(.remark(warning), summary) }
    }

    /// Returns the initial picture, read once for all items that start from it.
    private func initialPicture(_ settings: InitialPicture) throws -> PictureFile {
        if let initial, initial.settings == settings { return initial.picture }
        let picture = try settings.read()
        initial = (settings, picture)
        return picture
    }

    /// Draws the next batch and starts to write it; the batch before it is settled.
    private func draw() async throws {
        let count = queue.nextBatchCount
        let name = drawing.prefix(count).last?.item.displayName ?? ""
        let results: [Result<DrawnPicture, any Error>]
        var previews = PreviewFiles()
        defer { previews.remove() }
        do {
            results = try queue.draw { progress in
                let stage = RunStage.denoising(step: progress.step, steps: progress.steps, pictures: count)
                try? observe(.at(name: name, stage, drawn: writing.count), summary)
                show(progress, in: &previews)
            }
        } catch is CancellationError {
            return
        }
        for (task, drawn) in zip(drawing, results) {
            writing.append((task, pool.start { [writer] in Result { try writer.write(drawn.get(), of: task) } }))
        }
        drawing.removeFirst(results.count)
        try await settle(allBut: results.count)
    }
}

// MARK: Quick looks

extension PictureRun {
    /// Writes quick looks at the pictures of a batch where they are due. One that cannot be made is told of and missed, not
    /// the picture.
    private func show(_ progress: Pipeline.Progress, in previews: inout PreviewFiles) {
        guard let every = options.previewSteps, progress.step % every == 0, progress.step < progress.steps else {
            return
        }
        do {
            // A batch that is tried picture by picture counts from its first.
            let first = progress.pictures.lowerBound - queue.drawnCount
            let tasks = drawing[first..<first + progress.pictures.count]
            for task in tasks { try plan.createFolder(for: task.item) }
            try previews.write(progress.pictures.map { try pipeline.estimate(progress, of: $0) }, of: Array(tasks))
        } catch {
            try? observe(.remark("\(error)"), summary)
        }
    }
}

// MARK: Settling

extension PictureRun {
    /// Waits for the oldest pictures being written, until `left` of them remain.
    private func settle(allBut left: Int) async throws {
        while writing.count > left {
            let (task, end) = writing.removeFirst()
            switch await end.value() {
            case .success(.file(let record)): try count(.done, .done(record))
            case .success(.data(let data)): try count(.done, .picture(data))
            case .success(.skipped): try count(.skipped, .skipped(output: task.picture.destination.name))
            case .failure(let error): try fail(task.picture, of: task.item, error)
            }
        }
    }

    private func skip(_ picture: RunPicture, of item: RunItem) throws {
        try records?.addSkipped(picture, of: item)
        try count(.skipped, .skipped(output: picture.destination.name))
    }

    /// Records a failure. Throws the error itself where the run cannot continue after it.
    private func fail(_ picture: RunPicture, of item: RunItem, _ error: any Error, quietly: Bool = false) throws {
        if error is ModelError || error is RunJournalError { throw error }
        if let error = error as? AtomicFileError, error.reason == .full { isDiskFull = true }
        try records?.add(failure: "\(error)", picture, of: item)
        try count(.failed, quietly ? nil : .failed("\(error)"))
    }

    private func count(_ outcome: ItemOutcome, _ event: RunEvent?) throws {
        summary.add(outcome)
        if let event { try observe(event, summary) }
    }
}

extension RunItem {
    /// The sound's path within the run, or the words where there is no sound.
    fileprivate var displayName: String {
        source == .none ? settings.prompt ?? relativePath : relativePath
    }
}
