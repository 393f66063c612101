/// The way from several channels to one: their arithmetic mean, the low-frequency one of 5.1 included, as in librosa's
/// `to_mono`.
///
/// Channels that cancel each other, as of a recording with one cable turned over, would leave silence. So where the mean
/// has less than a hundredth of the channels' mean energy in the first block that is not silent, channels that go against
/// the loudest one are turned over before the mean is taken, in the whole file.
final class ChannelMix {
    private static let cancelled = 0.01

    private var channelCount = 1
    /// Factor of each channel; nil until a block was not silent.
    private var signs: [Float]?
    /// Whether channels were turned over.
    private(set) var hasTurned = false

    /// Returns the block as one channel. Where the number of channels changes another file begins.
    func mono(_ block: AudioBlock) -> AudioBlock {
        guard block.channelCount > 1 else { return block }
        if block.channelCount != channelCount { (channelCount, signs) = (block.channelCount, nil) }
        if signs == nil { signs = signs(for: block.samples) }
        hasTurned = hasTurned || signs?.contains(-1) ?? false
        return AudioBlock(
            samples: Self.mean(block.samples, signs ?? plain), sampleRate: block.sampleRate, channelCount: 1)
    }

    /// The factors of the plain mean.
    private var plain: [Float] { Array(repeating: 1, count: channelCount) }

    /// Returns nil for a silent block.
    private func signs(for samples: [Float]) -> [Float]? {
        var energies = [Double](repeating: 0, count: channelCount)
        for (index, sample) in samples.enumerated() {
            energies[index % channelCount] += Double(sample) * Double(sample)
        }
        let energy = energies.reduce(0, +) / Double(channelCount)
        guard energy > 0, let loudest = energies.indices.max(by: { energies[$0] < energies[$1] }) else { return nil }
        let left = Self.mean(samples, plain).reduce(0) { $0 + Double($1) * Double($1) }
        guard left < Self.cancelled * energy else { return plain }
        return plain.indices.map { channel in
            let agreement = stride(from: 0, to: samples.count - channelCount + 1, by: channelCount).reduce(0.0) {
                $0 + Double(samples[$1 + channel]) * Double(samples[$1 + loudest])
            }
            return agreement < 0 ? -1 : 1
        }
    }

    private static func mean(_ samples: [Float], _ signs: [Float]) -> [Float] {
        let channelCount = signs.count
        let scale = 1 / Float(channelCount)
        return samples.withUnsafeBufferPointer { samples in
            [Float](unsafeUninitializedCapacity: samples.count / channelCount) { mono, count in
                count = samples.count / channelCount
                for frame in 0..<count {
                    var sum: Float = 0
                    for channel in 0..<channelCount { sum += signs[channel] * samples[frame * channelCount + channel] }
                    mono[frame] = sum * scale
                }
            }
        }
    }
}
