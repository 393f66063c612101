import SoundFrontEnd
import TensorCore

extension YAMNet {
    /// Number of windows that go through the network together; bounds the memory for a long sound.
    private static let batch = 8

    /// Windows follow `WaveformWindows`: one every `windowHop`, a last one that ends with the sound, and a sound
    /// shorter than a window is padded with zeros at its end.
    public func listen(to waveform: Waveform, pooling: WindowPooling = .mean) throws -> EncodedSound {
        guard waveform.sampleRate == sampleRate else {
            throw EncoderError.sampleRate(found: waveform.sampleRate, expected: sampleRate)
        }
        let windows = try WaveformWindows(waveform, length: windowLength, hop: windowHop)
        switch pooling {
        case .mean: return try mean(of: windows)
        case .loudest: return try encoded(Self.loudest(of: windows))
        case .first: return try encoded(windows.next()?.samples)
        }
    }

    private func encoded(_ window: [Float]?) throws -> EncodedSound {
        guard let window else { throw EncoderError.silent }
        let (embeddings, scores) = self([window])
        return EncodedSound(embedding: embeddings.floats, scores: scores.floats, windowCount: 1)
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

    private func mean(of windows: WaveformWindows) throws -> EncodedSound {
        var embedding = RunningMean(length: embeddingLength)
        var scores = RunningMean(length: classLabels.count)
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
        return EncodedSound(embedding: embedding.value, scores: scores.value, windowCount: embedding.count)
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
