import Foundation

/// The loudest sample of a sound and its length, as its blocks go by.
final class SoundLevel {
    /// Peaks in decibels of full scale below which a sound is called silent, and nearly silent.
    private static let (silent, faint) = (-80.0, -60.0)
    /// Seconds below which a sound is called short.
    private static let short = 0.2

    private var peak: Float = 0
    private var count = 0
    /// Whether the sound was read to its end, before which nothing can be said of it.
    var hasEnded = false

    func add(_ block: [Float]) {
        peak = block.reduce(peak) { max($0, $1.magnitude) }
        count += block.count
    }

    func remarks(sampleRate: Int) -> [AudioWarning.Kind] {
        guard hasEnded, count > 0 else { return [] }
        let seconds = Double(count) / Double(sampleRate)
        let decibels = 20 * log10(Double(peak))
        var remarks: [AudioWarning.Kind] = []
        if decibels < Self.silent {
            remarks.append(.silent)
        } else if decibels < Self.faint {
            remarks.append(.faint(decibels: -decibels))
        }
        if seconds < Self.short { remarks.append(.short(seconds: seconds)) }
        return remarks
    }
}
