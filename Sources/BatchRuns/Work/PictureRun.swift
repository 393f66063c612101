import FilesOnDisk
import Foundation
import PictureFiles
import SoundBridge
import SoundFrontEnd
import TensorCore

/// A plan worked off: sounds are read ahead and pictures written by a few threads while the networks compute, which draw
/// several pictures at once. A bad item never stops the others; a model or a journal that fails stops all.
///
/// A picture is on its way like this: `ItemPreparation` (is it needed, its sound decoded) → `tasks(of:)` (listened to,
/// its condition) → `pictures(of:)` (denoised with others, made pixels) → `PictureWriter` → `settle`.
@ComputeActor
public final class PictureRun {
    private let bridge: Bridge
    private let options: RunOptions
    private let records: RunRecords?
    private let writer: PictureWriter
    private let pool: WorkerPool
    private let observe: (RunEvent, RunSummary) throws -> Void
    private let isInterrupted: () -> Bool
    /// Time that loading the model took, before the first item.
    private let loading: Double
    private let plan: RunPlan

    private var summary: RunSummary
    private var isDiskFull = false
    /// Begun and not settled yet, oldest first.
    private var writing: [(task: PictureTask, end: PendingResult<Result<PictureWriter.Written, any Error>>)] = []

    /// - Parameters:
    ///   - bridge: loaded, in `loading` seconds.
    ///   - records: of a batch; nil for a run of one item.
    ///   - isInterrupted: whether the run should end soon; asked often.
    ///   - observe: called on the compute thread. What it throws ends the run.
    public init(
        _ bridge: Bridge, loading: Double, _ plan: RunPlan, _ options: RunOptions, _ records: RunRecords?,
        isInterrupted: @escaping () -> Bool, observe: @escaping (RunEvent, RunSummary) throws -> Void
    ) {
        (self.bridge, self.loading, self.plan, self.options, self.records) = (bridge, loading, plan, options, records)
        (self.isInterrupted, self.observe) = (isInterrupted, observe)
        writer = PictureWriter(
            plan: plan, hasMetadata: options.hasMetadata, records: records, model: bridge.bundle.name,
            precision: bridge.precision)
        pool = WorkerPool(options.jobs)
        summary = RunSummary(total: plan.pictureCount)
    }

    /// Goes on until all is settled, too much has failed, the disk is full, or the run is interrupted; what is being drawn
    /// is finished, and after too many failures what came before them is drawn as well.
    ///
    /// Throws `ModelError`, `RunJournalError`, and what `observe` throws.
    public func run() async throws -> RunSummary {
        for path in plan.unlisted { try count(.failed, .failed("\(path)")) }
        let preparation = ItemPreparation(
            plan: plan, options: options, records: records,
            sampleRate: plan.parts.contains(.sounds) ? try bridge.sampleRate() : 0)
        var items = PreparedItems(preparation, depth: options.batchSize + options.jobs, on: pool)
        var batch: [PictureTask] = []
        while !isEnding, let item = await items.next() {
            for task in try tasks(of: item) where !isEnding {
                if let first = batch.first, !first.settings.sharesBatch(with: task.settings) { try await draw(&batch) }
                batch.append(task)
                if batch.count >= options.batchSize { try await draw(&batch) }
            }
        }
        if !isCutShort { try await draw(&batch) }
        try await settle(allBut: 0)
        return summary
    }

    private var isEnding: Bool { isCutShort || summary.failed >= options.maxFailures }

    /// Nothing more is to be drawn, or could be kept.
    private var isCutShort: Bool { isInterrupted() || isDiskFull }

    /// The item's pictures that are to be drawn; the others are settled.
    private func tasks(of prepared: PreparedItem) throws -> [PictureTask] {
        let item = prepared.item
        var needed: [(RunPicture, overwrites: Bool)] = []
        for (picture, need) in zip(item.pictures, prepared.needs) {
            switch need {
            case .make(let overwrites): needed.append((picture, overwrites))
            case .nothing: try count(.kept, .kept(output: picture.destination.name))
            case .skip: try skip(picture, of: item)
            case .refuse(let error): try fail(picture, of: item, error)
            }
        }
        guard !needed.isEmpty else { return [] }
        try observe(.at(name: item.displayName, .listening), summary)
        do {
            return try tasks(for: needed, of: prepared)
        } catch {
            // The sentence is about the sound, so it is told once.
            for (index, need) in needed.enumerated() { try fail(need.0, of: item, error, quietly: index > 0) }
            return []
        }
    }

    private func tasks(
        for pictures: [(RunPicture, overwrites: Bool)], of prepared: PreparedItem
    ) throws -> [PictureTask] {
        let (item, settings) = (prepared.item, prepared.item.settings)
        var seconds = prepared.seconds
        seconds.load = loading
        let waveform = try prepared.sound.get()
        let sound = try seconds.measure(\.listen) {
            try waveform.map { try bridge.listen(to: $0, pooling: settings.window) }
        }
        let condition = try seconds.measure(\.condition) {
            try bridge.condition(on: sound, prompt: settings.prompt, audioWeight: settings.audioWeight)
        }
        let heard = try bridge.heard(condition)
        let audioScores = try sound.map { try bridge.audioScores($0) }
        return pictures.map { picture, overwrites in
            PictureTask(
                item: item, picture: picture, settings: item.settings(of: picture), overwrites: overwrites,
                condition: condition, heard: heard, audioScores: audioScores, seconds: seconds)
        }
    }

    /// Draws the batch and begins to write it; the batch before it is settled.
    private func draw(_ batch: inout [PictureTask]) async throws {
        for (task, picture) in try pictures(of: batch) {
            writing.append((task, pool.start { [writer] in Result { try writer.write(picture.get(), of: task) } }))
        }
        try await settle(allBut: batch.count)
        batch.removeAll()
    }

    /// The pictures of tasks that may share a batch, each with its own share of the time. Throws `ModelError`.
    private func pictures(of tasks: [PictureTask]) throws -> [(PictureTask, Result<Picture, any Error>)] {
        guard let settings = tasks.first?.settings, let name = tasks.last?.item.displayName else { return [] }
        var seconds = StageSeconds()
        let latents: Tensor
        do {
            latents = try seconds.measure(\.denoise) {
                try bridge.latents(tasks.map(\.condition), seeds: tasks.map(\.picture.seed), settings) { step, steps in
                    try? observe(.at(name: name, .denoising(step: step, steps: steps)), summary)
                }
            }
        } catch let error as ModelError {
            throw error
        } catch {
            // One of them may be at fault: each alone.
            return try tasks.count == 1 ? [(tasks[0], .failure(error))] : tasks.flatMap { try pictures(of: [$0]) }
        }
        return tasks.enumerated().map { index, task in
            var task = task
            task.seconds.denoise = seconds.denoise / Double(tasks.count)
            let picture = task.seconds.measure(\.decode) {
                Result { try bridge.picture(of: latents.items(index..<index + 1)) }
            }
            return (task, picture)
        }
    }
}

// MARK: Settling

extension PictureRun {
    /// Waits for the oldest pictures that are being written, until so many are left.
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
        try records?.add(.skipped, picture, of: item)
        try count(.skipped, .skipped(output: picture.destination.name))
    }

    /// Throws the error itself where nothing can go on after it.
    private func fail(_ picture: RunPicture, of item: RunItem, _ error: any Error, quietly: Bool = false) throws {
        if error is ModelError || error is RunJournalError { throw error }
        if let error = error as? AtomicFileError, error.reason == .full { isDiskFull = true }
        try records?.add(.failed("\(error)"), picture, of: item)
        try count(.failed, quietly ? nil : .failed("\(error)"))
    }

    private func count(_ outcome: ItemOutcome, _ event: RunEvent?) throws {
        summary.add(outcome)
        if let event { try observe(event, summary) }
    }
}

extension RunItem {
    /// The sound's path within the run, or the words without one.
    fileprivate var displayName: String {
        source == .none ? settings.prompt ?? relativePath : relativePath
    }
}
