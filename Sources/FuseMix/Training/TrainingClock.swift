/// Measures a run and says how long the rest will take.
struct TrainingClock {
    private let plan: TrainingPlan
    private let firstStep: Int
    private let saveInterval: Double
    private let start = ContinuousClock.now
    private var lastSave = ContinuousClock.now
    private var lastStep: ContinuousClock.Instant?
    private var steps = 0
    /// Seconds from the end of the first step to the end of the latest: the first one also makes the machine warm.
    private var measured = 0.0

    init(plan: TrainingPlan, firstStep: Int, saveInterval: Double) {
        (self.plan, self.firstStep, self.saveInterval) = (plan, firstStep, saveInterval)
    }

    var seconds: Double { start.duration(to: .now) / .seconds(1) }

    /// - Parameter step: Steps done of the whole training.
    mutating func stepEnded(_ step: Int) {
        let now = ContinuousClock.now
        if let lastStep { measured += lastStep.duration(to: now) / .seconds(1) }
        lastStep = now
        steps = step - firstStep
    }

    /// Seconds a step, validations among them.
    private var secondsAStep: Double { steps > 1 ? measured / Double(steps - 1) : seconds }

    /// Seconds that all steps of the run will take, once: when two of them are measured.
    var expectation: Double? {
        let total = plan.steps - firstStep
        return steps == min(3, total) ? secondsAStep * Double(total) : nil
    }

    var pairsPerSecond: Double { Double(plan.batch) / max(secondsAStep, 1e-9) }

    func remaining(after step: Int) -> Double { secondsAStep * Double(plan.steps - step) }

    /// Whether the time for a checkpoint has come; the next one is counted from then on.
    mutating func shouldSave() -> Bool {
        guard lastSave.duration(to: .now) >= .seconds(saveInterval) else { return false }
        lastSave = .now
        return true
    }
}
