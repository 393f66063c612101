/// A sound as one channel at one rate, streamed block by block: decoded, mixed down, resampled. Its memory does not
/// grow with the length of the sound.
public final class Waveform {
    /// Samples per second.
    public let sampleRate: Int
    private let blocks: () throws -> AudioBlock?
    private var resampler: Resampler
    private var inputRate: Int
    private var hasEnded = false
    private var fileWarnings: () -> [AudioWarning] = { [] }
    private var samplesGiven = 0
    /// Told of all samples that are handed out.
    public var meter: SoundMeter?
    /// Samples read ahead, not handed out yet.
    private var ahead: [Float] = []

    /// Reads `file` from its current position to its end. Throws ``SignalError`` for a rate that it cannot be resampled
    /// to.
    public convenience init(_ file: AudioFile, sampleRate: Int) throws(SignalError) {
        let mix = ChannelMix()
        let level = SoundLevel()
        try self.init(inputRate: file.info.sampleRate, resampledTo: sampleRate) {
            let block = try file.nextBlock().map(mix.mono)
            if let block { level.add(block) } else { level.hasEnded = true }
            return block
        }
        fileWarnings = {
            let kinds = (mix.hasTurned ? [.cancellingChannels] : []) + level.remarks
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
    public convenience init(
        sampleRate inputRate: Int, resampledTo sampleRate: Int, blocks: @escaping () throws -> [Float]?
    ) throws(SignalError) {
        try self.init(inputRate: inputRate, resampledTo: sampleRate) {
            try blocks().map { AudioBlock(samples: $0, sampleRate: inputRate, channelCount: 1) }
        }
    }

    /// - Parameter blocks: returns blocks of one channel, whose rate may change from `inputRate`.
    private init(
        inputRate: Int, resampledTo sampleRate: Int, blocks: @escaping () throws -> AudioBlock?
    ) throws(SignalError) {
        resampler = try Resampler(from: inputRate, to: sampleRate)
        self.inputRate = inputRate
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

    /// Samples that are decoded and not handed out yet.
    package var samplesAhead: Int { ahead.count }

    /// Returns the next samples, at least one, or nil at the end. Throws the errors of the file and the resampler.
    public func nextBlock() throws -> [Float]? {
        var block: [Float]? = ahead
        if ahead.isEmpty { block = try decodeBlock() }
        ahead = []
        samplesGiven += block?.count ?? 0
        if let block { meter?.add(block) }
        return block
    }

    private func decodeBlock() throws -> [Float]? {
        while !hasEnded {
            var output: [Float] = []
            let block = try blocks()
            if block?.sampleRate != inputRate { output = try resampler.finish() }
            if let block {
                if block.sampleRate != inputRate { resampler = try Resampler(from: block.sampleRate, to: sampleRate) }
                inputRate = block.sampleRate
                output += try resampler.process(block.samples)
            } else {
                hasEnded = true
            }
            if !output.isEmpty { return output }
        }
        return nil
    }
}
