import Foundation

/// Audible traits of a sound, whatever it is of.
public struct SoundTraits: Sendable, Equatable, Codable {
    /// Level of its louder parts, in decibels of full scale: the power mean of all frames within 10 dB of the mean of those
    /// above -70 dB.
    public let loudness: Double
    /// Centre of its magnitude spectrum, in hertz.
    public let brightness: Double
    /// Onsets a second.
    public let onsetRate: Double
    /// Decibels between its 95th and 10th percentile of level.
    public let contrast: Double

    public init(loudness: Double, brightness: Double, onsetRate: Double, contrast: Double) {
        (self.loudness, self.brightness, self.onsetRate, self.contrast) = (loudness, brightness, onsetRate, contrast)
    }
}

/// Measures a sound as its samples go by, in frames of 20 ms. Its memory does not grow with the length of the sound.
public final class SoundMeter {
    private let rate: Int
    private let hop: Int
    private let window: [Float]
    private let transform: FourierTransform.Workspace
    private var rest: [Float] = []
    private var frames = 0
    /// Frames by their level, a bin a decibel from `floor` up.
    private var levels = [Int](repeating: 0, count: 140)
    private var spectrumSum = 0.0
    private var weightedSum = 0.0
    private var recent: [Double] = []
    private var onsets = 0
    private var sinceOnset = 0

    private static let (floor, gate, relativeGate) = (-120.0, -70.0, -10.0)
    /// Decibels above the mean of the last frames, of which there are that many, from which a frame is an onset, and the least
    /// number of frames between two.
    private static let (rise, memory, pause) = (6.0, 5, 5)
    private static let quietestOnset = -60.0

    /// Throws ``SignalError`` for a rate that is not 50 to 2²⁴ samples a second.
    public init(sampleRate: Int) throws(SignalError) {
        guard (50...1 << 24).contains(sampleRate) else {
            throw .setting(name: "sample rate", value: "\(sampleRate)", expected: "50 to 16777216 samples a second")
        }
        (rate, hop) = (sampleRate, sampleRate / 50)
        window = WindowFunction.hann.weights(length: hop)
        var length = 1
        while length < hop { length *= 2 }
        transform = FourierTransform.Workspace(try FourierTransform(length: length))
    }

    public func add(_ samples: [Float]) {
        rest += samples
        var start = 0
        while start + hop <= rest.count {
            add(frame: rest[start..<start + hop])
            start += hop
        }
        rest.removeFirst(start)
    }

    /// The measured traits; nil where there was no frame above -70 dB.
    public var traits: SoundTraits? {
        guard let first = mean(from: Self.gate), let loudness = mean(from: max(Self.gate, first + Self.relativeGate)),
            spectrumSum > 0
        else { return nil }
        return SoundTraits(
            loudness: loudness, brightness: weightedSum / spectrumSum,
            onsetRate: Double(onsets) / (Double(frames * hop) / Double(rate)),
            contrast: percentile(0.95) - percentile(0.1))
    }

    private func add(frame: ArraySlice<Float>) {
        let power = frame.reduce(0) { $0 + Double($1) * Double($1) } / Double(hop)
        let level = max(Self.floor, 10 * log10(power + 1e-13))
        levels[min(levels.count - 1, Int(level - Self.floor))] += 1
        frames += 1
        addOnset(level)
        for (place, sample) in frame.enumerated() { transform.samples[place] = sample * window[place] }
        transform.run()
        let spectrum = transform.spectrum, step = Double(rate) / Double(transform.samples.count)
        for bin in 1..<spectrum.count / 2 {
            let magnitude = Double(hypotf(spectrum[2 * bin], spectrum[2 * bin + 1]))
            spectrumSum += magnitude
            weightedSum += magnitude * Double(bin) * step
        }
    }

    private func addOnset(_ level: Double) {
        sinceOnset += 1
        let before = recent.isEmpty ? level : recent.reduce(0, +) / Double(recent.count)
        recent = recent.suffix(Self.memory - 1) + [level]
        guard level >= max(Self.quietestOnset, before + Self.rise), sinceOnset > Self.pause else { return }
        onsets += 1
        sinceOnset = 0
    }

    /// The power mean of the frames from a level up, in decibels.
    private func mean(from level: Double) -> Double? {
        var (power, count) = (0.0, 0)
        for (bin, frames) in levels.enumerated() where frames > 0 && Self.level(bin) >= level {
            power += Double(frames) * pow(10, Self.level(bin) / 10)
            count += frames
        }
        return count > 0 ? 10 * log10(power / Double(count)) : nil
    }

    private func percentile(_ share: Double) -> Double {
        let place = Int(share * Double(frames - 1))
        var passed = 0
        let bin = levels.firstIndex { frames in
            passed += frames
            return passed > place
        }
        return Self.level(bin ?? 0)
    }

    private static func level(_ bin: Int) -> Double { floor + Double(bin) + 0.5 }
}
