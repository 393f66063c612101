import SoundFrontEnd
import TensorCore

extension YAMNet {
    /// Windows that go through the network together; bounds the memory of a long sound.
    private static let batch = 8

    /// The latent of a whole sound of any length, its windows pooled as they stream by.
    ///
    /// Windows follow `WaveformWindows`: one every `windowHop`, a last one that ends with the sound, and a sound shorter
    /// than a window is padded with zeros at its end. The waveform must have the encoder's `sampleRate`.
    ///
    /// - Throws: `EncoderError.silent` for a sound without a sample, `CancellationError` soon after the task is
    ///   cancelled, and what reading the sound throws: `AudioFileError` and `SignalError`.
    public func listen(to waveform: Waveform, pooling: WindowPooling = .mean) throws -> SoundLatent {
        precondition(waveform.sampleRate == sampleRate, "\(sampleRate) samples a second")
        let windows = try WaveformWindows(waveform, length: windowLength, hop: windowHop)
        switch pooling {
        case .mean: return try mean(of: windows)
        case .loudest: return try latent(of: Self.loudest(of: windows))
        case .first: return try latent(of: windows.next()?.samples)
        }
    }

    private func latent(of window: [Float]?) throws -> SoundLatent {
        guard let window else { throw EncoderError.silent }
        let (embeddings, scores) = self([window])
        return SoundLatent(embedding: embeddings.floats, scores: scores.floats, windowCount: 1)
    }

    private static func loudest(of windows: WaveformWindows) throws -> [Float]? {
        var loudest: (samples: [Float], energy: Double)?
        while let window = try windows.next() {
            try Task.checkCancellation()
            let energy = window.samples.reduce(0) { $0 + Double($1) * Double($1) }
            if loudest.map({ energy > $0.energy }) ?? true { loudest = (window.samples, energy) }
        }
        return loudest?.samples
    }

    private func mean(of windows: WaveformWindows) throws -> SoundLatent {
        var embedding = RunningMean(length: embeddingLength)
        var scores = RunningMean(length: labels.count)
        while true {
            try Task.checkCancellation()
            var batch: [[Float]] = []
            while batch.count < Self.batch, let window = try windows.next() { batch.append(window.samples) }
            if batch.isEmpty { break }
            let output = self(batch)
            embedding.add(rows: output.embeddings)
            scores.add(rows: output.scores)
        }
        guard embedding.count > 0 else { throw EncoderError.silent }
        return SoundLatent(embedding: embedding.value, scores: scores.value, windowCount: embedding.count)
    }
}

/// The mean of vectors that come one after another, summed in double precision.
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
