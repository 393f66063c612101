import Foundation

/// Linear warm-up by steps, then a cosine by epochs, as in the code that the paper's authors released.
public struct LearningRateSchedule: Sendable {
    let peak: Double
    let floor: Double
    let warmupStart: Double
    let warmupSteps: Int
    let epochs: Int

    /// The learning rate of a step; step and epoch count from 0.
    ///
    /// During warm-up start + (peak − start) · step / warmupSteps; after it floor + (peak − floor) · (1 + cos(π · epoch
    /// / epochs)) / 2.
    func rate(step: Int, epoch: Int) -> Double {
        if step < warmupSteps { return warmupStart + (peak - warmupStart) * Double(step) / Double(warmupSteps) }
        return floor + (peak - floor) * (1 + cos(.pi * Double(epoch) / Double(epochs))) / 2
    }
}
