/// Cuts a waveform into overlapping windows of one length, one by one, in the memory of a few of them.
///
/// Windows begin at 0, hop, 2·hop and so on, as long as they end within the waveform. If samples remain behind the last
/// of them, one more window ends with the waveform's last sample; so each sample is heard and none is made up. A
/// waveform shorter than a window gives one window, padded with zeros at its end; an empty one gives none.
///
/// With length 4 and hop 2, the waveform `abcdefg` gives `abcd`, `cdef`, `defg`, and `ab` gives `ab00`.
public final class WaveformWindows {
    public let length: Int
    public let hop: Int
    private let waveform: Waveform
    /// Samples from `pendingStart` on: the last window given and the samples read beyond it.
    private var pending: [Float] = []
    private var pendingStart = 0
    private var nextStart = 0
    private var coveredEnd = 0
    private var hasEnded = false
    private var padding = 0

    /// Throws ``SignalError`` unless 0 < hop ≤ length; both are in samples.
    public init(_ waveform: Waveform, length: Int, hop: Int) throws(SignalError) {
        guard length > 0 else {
            throw .setting(name: "window length", value: "\(length)", expected: "a positive number of samples")
        }
        guard (1...length).contains(hop) else {
            throw .setting(name: "window hop", value: "\(hop)", expected: "1 to the window's length, \(length)")
        }
        self.waveform = waveform
        self.length = length
        self.hop = hop
    }

    /// Returns the next window, or nil after the last. Throws the waveform's errors.
    public func next() throws -> WaveformWindow? {
        try fill(upTo: nextStart + length)
        let end = pendingStart + pending.count
        if nextStart + length <= end {
            defer { nextStart += hop }
            return window(from: nextStart)
        }
        return end > coveredEnd ? window(from: end - length) : nil
    }

    private func window(from start: Int) -> WaveformWindow {
        coveredEnd = start + length
        let offset = start - pendingStart
        return WaveformWindow(start: start, samples: Array(pending[offset..<offset + length]), padding: padding)
    }

    private func padShortWaveform() {
        guard pendingStart == 0, !pending.isEmpty, pending.count < length else { return }
        padding = length - pending.count
        pending += [Float](repeating: 0, count: padding)
    }

    /// Reads on until sample `end` is there or the waveform is over; keeps only samples that a later window may need.
    private func fill(upTo end: Int) throws {
        while pendingStart + pending.count < end, !hasEnded {
            guard let block = try waveform.nextBlock() else {
                hasEnded = true
                padShortWaveform()
                return
            }
            let needless = min(pending.count, max(0, coveredEnd - length - pendingStart))
            pending.removeFirst(needless)
            pendingStart += needless
            pending += block
        }
    }
}

/// One stretch of a waveform.
public struct WaveformWindow: Equatable, Sendable {
    /// Start of the window, in samples from the beginning of the waveform.
    public let start: Int
    public let samples: [Float]
    /// Number of zeros at its end that are no part of the waveform.
    public let padding: Int

    public init(start: Int, samples: [Float], padding: Int = 0) {
        (self.start, self.samples, self.padding) = (start, samples, padding)
    }

    /// Samples of the waveform, without the zeros.
    public var sound: [Float] { Array(samples.dropLast(padding)) }
}
