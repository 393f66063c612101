import Foundation

/// The loudest sample of a sound and its length, as its blocks go by.
final class SoundLevel {
    /// Peaks in decibels of full scale below which a sound is called silent, and nearly silent.
    private static let (silent, faint) = (-80.0, -60.0)
    /// Seconds below which a sound is called short.
    private static let short = 0.2

    /// Peak, as a multiple of full scale, above which float samples are no sound of full scale 1.
    private static let loudest: Float = 4

    private var peak: Float = 0
    private var seconds = 0.0
    /// Whether the sound was read to its end, before which nothing can be said of it.
    var hasEnded = false

    func add(_ block: AudioBlock) {
        peak = block.samples.reduce(peak) { max($0, $1.magnitude) }
        seconds += block.duration
    }

    var remarks: [AudioWarning.Kind] {
        guard hasEnded, seconds > 0 else { return [] }
        let decibels = 20 * log10(Double(peak))
        var remarks: [AudioWarning.Kind] = []
        if decibels < Self.silent {
            remarks.append(.silent)
        } else if decibels < Self.faint {
            remarks.append(.faint(decibels: -decibels))
        } else if peak > Self.loudest {
            remarks.append(.beyondFullScale(peak: peak))
        }
        if seconds < Self.short { remarks.append(.short(seconds: seconds)) }
        return remarks
    }
}
