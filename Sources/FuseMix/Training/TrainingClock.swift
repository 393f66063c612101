/// Measures a run and estimates the time left.
struct TrainingClock {
    private let plan: TrainingPlan
    private let firstStep: Int
    private let saveInterval: Double
    private let start = ContinuousClock.now
    private var lastSave = ContinuousClock.now
    private var lastStep: ContinuousClock.Instant?
    private var steps = 0
    /// Seconds from the end of the first step to the end of the latest; the first one also warms up the machine.
    private var measured = 0.0

    init(plan: TrainingPlan, firstStep: Int, saveInterval: Double) {
        (self.plan, self.firstStep, self.saveInterval) = (plan, firstStep, saveInterval)
    }

    var seconds: Double { start.duration(to: .now) / .seconds(1) }

    /// - Parameter step: Steps done in the whole training.
    mutating func stepEnded(_ step: Int) {
        let now = ContinuousClock.now
        if let lastStep { measured += lastStep.duration(to: now) / .seconds(1) }
        lastStep = now
        steps = step - firstStep
    }

    /// Seconds per step, validations included.
    private var secondsAStep: Double { steps > 1 ? measured / Double(steps - 1) : seconds }

    /// Seconds for all steps of the run; given once, when two of them are measured.
    var expectation: Double? {
        let total = plan.steps - firstStep
        return steps == min(3, total) ? secondsAStep * Double(total) : nil
    }

    var pairsPerSecond: Double { Double(plan.batch) / max(secondsAStep, 1e-9) }

    func remaining(after step: Int) -> Double { secondsAStep * Double(plan.steps - step) }

    /// Whether it is time for a checkpoint; if so, the next interval starts.
    mutating func shouldSave() -> Bool {
        guard lastSave.duration(to: .now) >= .seconds(saveInterval) else { return false }
        lastSave = .now
        return true
    }
}
