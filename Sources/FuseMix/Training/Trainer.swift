import CKernels
import TensorCore

/// Trains a pair of adapters on latents of two frozen encoders (FuseMix, arXiv 2312.10144).
///
/// The same latents, pairs, settings and thread count give the same bits, in one run or in several that resume each
/// other. Everything runs on the calling thread and OpenMP's pool.
public final class Trainer {
    let adapters: AdapterConfiguration
    let settings: TrainingSettings
    public let plan: TrainingPlan
    private let checkpoint: TrainingCheckpoint?
    private let x: TrainingSide
    private let y: TrainingSide
    private let pairs: PairList
    private let split: PairSplit
    private let validator: Validator?
    private let base: Tensor?
    let parameters: TrainingParameters
    private let schedule: LearningRateSchedule
    private let loss: TrainingLoss
    /// Identity of this training, for its checkpoints.
    private let kind: TrainingCheckpoint.Kind
    private var state = TrainingState()
    /// The parameters of the best adapters by validation so far.
    private var best: FloatBuffer?
    /// The order of the pairs in an epoch.
    private var order: (epoch: Int, pairs: [Int])?

    /// - Parameters:
    ///   - x: `[count, channels]`, rows as the pairs count them; y likewise.
    ///   - base: The weights `[outputs, scores]` of the base of x, where it has one.
    ///   - adapters: The adapters to train; a side of kind `identity` is the anchor and stays as it is.
    ///   - checkpoint: The checkpoint to save to; nil saves nothing.
    ///   - memory: Memory limit in bytes; with less, more is computed twice, to the same bits.
    ///   - chunk: Rows that go through the adapters at once.
    /// - Throws: `TrainingError` for latents, pairs or settings that do not fit each other.
    public init(
        x: Tensor, y: Tensor, base: Tensor? = nil, pairs: PairList, split: PairSplit, adapters: AdapterConfiguration,
        settings: TrainingSettings, checkpoint: TrainingCheckpoint? = nil, memory: Int = Trainer.usualMemory,
        chunk: Int = Trainer.usualChunk
    ) throws {
        (self.adapters, self.settings, self.checkpoint) = (adapters, settings, checkpoint)
        (self.pairs, self.split) = (pairs, split)
        var xRows = try LatentRows(x, side: "x", channels: adapters.x.inputSize)
        var yRows = try LatentRows(y, side: "y", channels: adapters.y.inputSize)
        for (rows, used) in [(xRows, pairs.xRows), (yRows, pairs.yRows)] {
            if let row = rows.firstNotFinite(Set(used).sorted()) {
                throw TrainingError.notFinite(side: rows.side, row: row)
            }
        }
        // A set that fits is in memory by now; batches of a larger one are read from disk.
        let isLarge = xRows.byteCount + yRows.byteCount > memory
        (xRows.readsAhead, yRows.readsAhead) = (isLarge, isLarge)
        var plan = try TrainingPlan(settings, training: split.training.count, validation: split.validation.count)
        let base = try Self.checked(base, adapters)
        let trained = AdapterComponent.layout(adapters).filter { !$0.name.hasSuffix(TowerConfiguration.baseWeight) }
        let layout = ParameterLayout(trained + TrainingLoss.parameters(settings))
        plan.parameters = layout.entries.reduce(0) { $0 + $1.count }
        self.plan = plan
        parameters = TrainingParameters(layout, adapters: adapters, settings: settings)
        loss = TrainingLoss(settings, trainsY: adapters.y.form != nil, layout: layout)
        loss.initialize(parameters)
        schedule = LearningRateSchedule(
            peak: settings.learningRate, floor: settings.learningRateFloor, warmupStart: settings.warmupStart,
            warmupSteps: plan.warmupSteps, epochs: plan.epochs)
        validator = split.validation.isEmpty ? nil : Validator(pairs, split, selection: settings.selection)

        let rows = settings.addsUnmixed && settings.mixing != .none ? 2 * plan.batch : plan.batch
        let chunk = min(chunk, rows)
        let forms = [adapters.x, adapters.y].compactMap(\.form)
        let shares = TrainingMemory(
            limit: memory, adapters: adapters, settings: settings, parameters: layout.count, rows: rows,
            chunk: chunk, latents: xRows.byteCount + yRows.byteCount, validates: validator != nil)
        let scratch = TowerScratch(
            forms: forms, rows: chunk, outputSize: adapters.outputSize, activationWidth: shares.passingWidth,
            scores: adapters.x.base?.queriedCount ?? 0)
        func side(
            _ latents: LatentRows, _ rowOfPair: [Int], base: Tensor?, number: Int, keptChunks: Int
        ) throws -> TrainingSide {
            try TrainingSide(
                latents, used: Set(split.training.map { rowOfPair[$0] }).sorted(), base: base, adapters: adapters,
                settings: settings, number: number, layout: layout, rows: rows, chunk: chunk, keptChunks: keptChunks,
                scratch: scratch)
        }
        self.x = try side(xRows, pairs.xRows, base: base, number: 0, keptChunks: shares.keptChunks.x)
        self.y = try side(yRows, pairs.yRows, base: nil, number: 1, keptChunks: shares.keptChunks.y)
        self.base = base
        kind = TrainingCheckpoint.Kind(
            adapters: adapters, settings: settings,
            data: try Fingerprint.of(
                pairs, split,
                [xRows, yRows] + (base.map { [try LatentRows($0, side: "base", channels: $0.channels)] } ?? [])))
        if isLarge {
            for side in [x, y] { side.expectRandomReads() }
        }
    }

    /// The base's weights as floats. Throws `TrainingError.unfitBase`.
    private static func checked(_ base: Tensor?, _ adapters: AdapterConfiguration) throws -> Tensor? {
        precondition(adapters.y.base == nil, "only x has a base")
        guard let form = adapters.x.base else { return nil }
        guard let base, base.shape == [adapters.outputSize, form.count] else {
            throw TrainingError.unfitBase(found: base?.shape ?? [], expected: "\([adapters.outputSize, form.count])")
        }
        return base.float32()
    }

    public static let usualMemory = 4_000_000_000
    public static let usualChunk = 2048

    /// Goes on from the checkpoint. Throws `TrainingError` or `TensorFileError` when it belongs to another training.
    public func resume() throws {
        guard let checkpoint else { return }
        (state, best) = try checkpoint.read(into: parameters, of: kind)
    }

    /// Saves the checkpoint, if the trainer has one. Throws `TrainingError` or `TensorFileError`.
    public func save() throws {
        try checkpoint?.write(parameters, best: best, state: state, of: kind)
    }

    /// Trains to the end, or until `shouldStop` returns true after a step; then the checkpoint is saved.
    ///
    /// - Parameters:
    ///   - saveInterval: Seconds between checkpoints.
    /// - Throws: `TrainingError.diverged`, or the errors of saving.
    public func run(
        saveInterval: Double = 300, report: (TrainingEvent) throws -> Void = { _ in },
        shouldStop: () -> Bool = { false }
    ) throws -> TrainingOutcome {
        try report(.started(plan))
        var clock = TrainingClock(plan: plan, firstStep: state.step, saveInterval: saveInterval)
        var lastLoss: Double?
        while state.step < plan.steps, !isOutOfPatience {
            let epoch = state.step / plan.stepsPerEpoch
            let rate = schedule.rate(step: state.step, epoch: epoch)
            let value = try step(learningRate: rate)
            lastLoss = value
            clock.stepEnded(state.step)
            if let seconds = clock.expectation { try report(.expected(seconds: seconds)) }
            try report(
                .step(
                    .init(
                        step: state.step, epoch: epoch + 1, loss: value, temperature: loss.temperature(parameters),
                        learningRate: rate, pairsPerSecond: clock.pairsPerSecond,
                        remaining: clock.remaining(after: state.step))))
            if let validation = validateIfDue() { try report(.validated(validation)) }
            if shouldStop() {
                try save()
                return outcome(.interrupted, lastLoss, clock)
            }
            if clock.shouldSave() { try save() }
        }
        return outcome(state.step < plan.steps ? .stoppedEarly : .finished, lastLoss, clock)
    }

    private var isOutOfPatience: Bool { settings.patience.map { state.validationsSinceBest >= $0 } ?? false }

    /// Takes one step of the optimiser; returns the loss before it. Throws `TrainingError.diverged`.
    func step(learningRate: Double) throws -> Double {
        let value = addGradients()
        guard value.isFinite else { throw TrainingError.diverged(step: state.step + 1) }
        state.step += 1
        parameters.update(step: state.step, learningRate: learningRate)
        loss.clamp(parameters)
        return value
    }

    /// Leaves the gradients of the next step in the parameters' buffer; returns the loss.
    func addGradients() -> Double {
        let batch = nextBatch()
        x.load(batch, rows: pairs.xRows, step: state.step)
        y.load(batch, rows: pairs.yRows, step: state.step)
        let points = (
            x: x.forward(step: state.step, parameters: parameters.values.start),
            y: y.forward(step: state.step, parameters: parameters.values.start)
        )
        let gradients = loss.evaluate(
            x: points.x, y: points.y, labels: labels(of: batch),
            latents: { (self.x.mixedLatents(rows: $0), self.y.mixedLatents(rows: $0)) }, parameters: parameters)
        x.backward(output: points.x, gradient: gradients.x, step: state.step, parameters: parameters)
        if let gradient = gradients.y {
            y.backward(output: points.y, gradient: gradient, step: state.step, parameters: parameters)
        }
        return gradients.loss + x.penalty
    }

    /// The pairs of the next step.
    func nextBatch() -> MixedBatch {
        let epoch = state.step / plan.stepsPerEpoch
        if order?.epoch != epoch {
            order = (epoch, RandomStream(seed: settings.seed, .order, time: epoch).shuffled(split.training))
        }
        let size = settings.mixing == .halves ? 2 * plan.batch : plan.batch
        let first = state.step % plan.stepsPerEpoch * size
        return MixedBatch((order?.pairs ?? [])[first..<first + size], step: state.step, settings: settings)
    }

    private func labels(of batch: MixedBatch) -> [Int32]? {
        switch settings.positives {
        case .pair: nil
        case .group: batch.labels { pairs.groups[$0] }
        case .x: batch.labels { pairs.xRows[$0] }
        case .y: batch.labels { pairs.yRows[$0] }
        }
    }

    private func validateIfDue() -> TrainingEvent.Validation? {
        let interval = settings.validationInterval * plan.stepsPerEpoch
        guard let validator, state.step % interval == 0 || state.step == plan.steps else { return nil }
        let values = parameters.best.start
        let score = validator.score(
            x: { x.points($0, parameters: values) }, y: { y.points($0, parameters: values) })
        let isBest = state.bestScore.map { score.value(settings.selection) > $0.value(settings.selection) } ?? true
        if isBest {
            let copy = best ?? FloatBuffer(count: parameters.layout.count)
            copy.copy(from: parameters.best)
            best = copy
            (state.bestStep, state.bestScore, state.validationsSinceBest) = (state.step, score, 0)
        } else {
            state.validationsSinceBest += 1
        }
        let epoch = (state.step - 1) / plan.stepsPerEpoch + 1
        return .init(step: state.step, epoch: epoch, score: score, isBest: isBest)
    }

    private func outcome(_ end: TrainingOutcome.End, _ lastLoss: Double?, _ clock: TrainingClock) -> TrainingOutcome {
        x.finish()
        y.finish()
        return TrainingOutcome(
            end: end, component: component, plan: plan, steps: state.step, bestStep: state.bestStep,
            score: state.bestScore, lastLoss: lastLoss, temperature: loss.temperature(parameters),
            seconds: clock.seconds)
    }

    /// The best adapters by validation, or else those of the last step.
    var component: AdapterComponent {
        let buffer = best ?? parameters.best
        var tensors = Dictionary(
            uniqueKeysWithValues: parameters.layout.entries.map { ($0.name, parameters.tensor($0, of: buffer)) })
        tensors["x.\(TowerConfiguration.baseWeight)"] = base
        x.fold(into: &tensors)
        y.fold(into: &tensors)
        let ordered = AdapterComponent.layout(adapters).compactMap { entry in
            tensors[entry.name].map { (entry.name, $0) }
        }
        return AdapterComponent(configuration: adapters, tensors: ordered)
    }
}
