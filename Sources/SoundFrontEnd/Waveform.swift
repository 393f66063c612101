/// A sound as one channel at one rate, streamed block by block: decoded, mixed down, resampled. Its memory does not
/// grow with the length of the sound.
///
/// The mix is the arithmetic mean of all channels, the low-frequency one of 5.1 included, as in librosa's `to_mono`.
public final class Waveform {
    /// Samples per second.
    public let sampleRate: Int
    private let blocks: () throws -> [Float]?
    private let resampler: Resampler
    private var hasEnded = false
    /// Samples read ahead, not handed out yet.
    private var ahead: [Float] = []

    /// Reads `file` from its current position to its end. Throws ``SignalError`` for a rate that it cannot be resampled
    /// to.
    public convenience init(_ file: AudioFile, sampleRate: Int) throws(SignalError) {
        let channelCount = file.info.channelCount
        try self.init(sampleRate: file.info.sampleRate, resampledTo: sampleRate) {
            try file.nextBlock().map { Self.mixDown($0, channelCount: channelCount) }
        }
    }

    /// Streams a signal already in memory, mono, full scale 1, resampled where another rate is given. Throws
    /// ``SignalError`` for rates that cannot be resampled, and for samples that ``AudioFile`` would not take either.
    public convenience init(
        samples: [Float], sampleRate inputRate: Int, resampledTo sampleRate: Int? = nil
    ) throws(SignalError) {
        // The negation catches NaN, which compares false.
        if let index = samples.firstIndex(where: { !($0.magnitude <= AudioFile.largestSample) }) {
            throw .sampleValue(index: index)
        }
        var rest: [Float]? = samples
        try self.init(sampleRate: inputRate, resampledTo: sampleRate ?? inputRate) {
            defer { rest = nil }
            return rest
        }
    }

    /// Streams a mono signal at `inputRate` from `blocks`, which returns blocks of any size, of finite samples, and nil at
    /// the end. Throws ``SignalError`` for rates that cannot be resampled.
    public init(
        sampleRate inputRate: Int, resampledTo sampleRate: Int, blocks: @escaping () throws -> [Float]?
    ) throws(SignalError) {
        resampler = try Resampler(from: inputRate, to: sampleRate)
        self.sampleRate = sampleRate
        self.blocks = blocks
    }

    /// Returns a waveform of the rest of this one at another rate; itself where the rate is the same. Throws
    /// ``SignalError`` for a rate that it cannot be resampled to.
    public func resampled(to sampleRate: Int) throws(SignalError) -> Waveform {
        guard sampleRate != self.sampleRate else { return self }
        return try Waveform(sampleRate: self.sampleRate, resampledTo: sampleRate, blocks: nextBlock)
    }

    /// Decodes `count` samples or a block more, or all the rest of a shorter sound, and keeps them for later. So the
    /// work can be done on another thread than the one that listens. Throws `SignalError` for a count below 0, and the errors
    /// of the file and the resampler.
    public func readAhead(_ count: Int) throws {
        guard count >= 0 else {
            throw SignalError.setting(name: "count", value: "\(count)", expected: "0 or more")
        }
        // One size for all sounds: memory that one gives back fits the next.
        ahead.reserveCapacity(count)
        while ahead.count < count, let block = try decodeBlock() { ahead += block }
    }

    /// Returns the next samples, at least one, or nil at the end. Throws the errors of the file and the resampler.
    public func nextBlock() throws -> [Float]? {
        guard ahead.isEmpty else {
            defer { ahead = [] }
            return ahead
        }
        return try decodeBlock()
    }

    private func decodeBlock() throws -> [Float]? {
        while !hasEnded {
            let output: [Float]
            if let block = try blocks() {
                output = try resampler.process(block)
            } else {
                hasEnded = true
                output = try resampler.finish()
            }
            if !output.isEmpty { return output }
        }
        return nil
    }

    /// The mean over channels of interleaved `[frames, channels]`.
    static func mixDown(_ samples: [Float], channelCount: Int) -> [Float] {
        guard channelCount > 1 else { return samples }
        let scale = 1 / Float(channelCount)
        return samples.withUnsafeBufferPointer { samples in
            [Float](unsafeUninitializedCapacity: samples.count / channelCount) { mono, count in
                count = samples.count / channelCount
                for frame in 0..<count {
                    var sum: Float = 0
                    for channel in 0..<channelCount { sum += samples[frame * channelCount + channel] }
                    mono[frame] = sum * scale
                }
            }
        }
    }
}
