/// A sound as one channel at one rate, streamed block by block: decoded, mixed down, resampled. Its memory does not
/// grow with the length of the sound.
public final class Waveform {
    /// Samples per second.
    public let sampleRate: Int
    private let blocks: () throws -> [Float]?
    private let resampler: Resampler
    private var hasEnded = false
    private var fileWarnings: () -> [AudioWarning] = { [] }
    private var samplesGiven = 0
    /// Samples read ahead, not handed out yet.
    private var ahead: [Float] = []

    /// Reads `file` from its current position to its end. Throws ``SignalError`` for a rate that it cannot be resampled
    /// to.
    public convenience init(_ file: AudioFile, sampleRate: Int) throws(SignalError) {
        var mix = ChannelMix(channelCount: file.info.channelCount)
        let level = SoundLevel()
        try self.init(sampleRate: file.info.sampleRate, resampledTo: sampleRate) {
            let block = try file.nextBlock().map { mix($0) }
            if let block { level.add(block) } else { level.hasEnded = true }
            return block
        }
        fileWarnings = {
            let kinds = (mix.hasTurned ? [.cancellingChannels] : []) + level.remarks(sampleRate: file.info.sampleRate)
            return file.warnings + kinds.map { AudioWarning(file: file.name, kind: $0) }
        }
    }

    /// Warnings about the file that is read; all of them after the last block.
    public var warnings: [AudioWarning] { fileWarnings() }

    /// Seconds of sound handed out so far.
    public var seconds: Double { Double(samplesGiven) / Double(sampleRate) }

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
        let resampled = try Waveform(sampleRate: self.sampleRate, resampledTo: sampleRate, blocks: nextBlock)
        resampled.fileWarnings = { self.warnings }
        return resampled
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
        var block: [Float]? = ahead
        if ahead.isEmpty { block = try decodeBlock() }
        ahead = []
        samplesGiven += block?.count ?? 0
        return block
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
}
