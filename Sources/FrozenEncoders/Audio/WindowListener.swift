import SoundFrontEnd
import TensorCore

/// One encoder's way through a sound, some windows at a time.
final class WindowListener {
    /// Seconds of the sound up to the end of the last window that was taken.
    private(set) var seconds = 0.0
    private let encoder: any WindowedAudioEncoder
    private let windows: WaveformWindows
    private let pooling: WindowPooling
    private var embedding: RunningMean
    private var scores: RunningMean?
    private var loudest: (window: WaveformWindow, energy: Double)?

    /// Number of windows that are held together; bounds the memory for a long sound.
    private static let batch = 8

    /// Throws `SignalError`.
    init(_ encoder: any WindowedAudioEncoder, _ waveform: Waveform, _ pooling: WindowPooling) throws {
        (self.encoder, self.pooling) = (encoder, pooling)
        windows = try WaveformWindows(waveform, length: encoder.windowLength, hop: encoder.windowHop)
        embedding = RunningMean(length: encoder.embeddingLength)
        scores = encoder.labels.map { RunningMean(length: $0.count) }
    }

    /// Takes the next windows, and returns whether more may follow. Throws `CancellationError` once the task is cancelled, and
    /// the errors of reading the sound.
    func step() throws -> Bool {
        try Task.checkCancellation()
        var held: [WaveformWindow] = []
        let most = pooling == .first ? 1 : Self.batch
        while held.count < most, let window = try windows.next() { held.append(window) }
        guard let last = held.last else { return false }
        seconds = Double(last.start + last.samples.count) / Double(encoder.sampleRate)
        switch pooling {
        case .mean, .first: add(held)
        case .loudest: held.forEach(compare)
        }
        return pooling != .first
    }

    /// Throws `EncoderError.silent` for a sound without a sample.
    func result() throws -> EncodedSound {
        if let loudest { add([loudest.window]) }
        guard embedding.count > 0 else { throw EncoderError.silent }
        return EncodedSound(embedding: embedding.value, scores: scores?.value, windowCount: embedding.count)
    }

    private func add(_ windows: [WaveformWindow]) {
        let output = encoder.encode(windows)
        embedding.add(rows: output.embeddings)
        if let rows = output.scores { scores?.add(rows: rows) }
    }

    /// Keeps the window where none before it was as loud.
    private func compare(_ window: WaveformWindow) {
        let energy = window.samples.reduce(0) { $0 + Double($1) * Double($1) }
        if loudest.map({ energy > $0.energy }) ?? true { loudest = (window, energy) }
    }
}

/// A mean of vectors that arrive one by one, summed in double precision.
private struct RunningMean {
    private var sums: [Double]
    private(set) var count = 0

    init(length: Int) { sums = Array(repeating: 0, count: length) }

    /// `rows` is `[vectors, length]`.
    mutating func add(rows: Tensor) {
        rows.withFloats { values in
            for index in values.indices { sums[index % sums.count] += Double(values[index]) }
        }
        count += rows.rows
    }

    var value: [Float] { sums.map { Float($0 / Double(count)) } }
}
