/// One stretch of a waveform.
public struct WaveformWindow: Equatable, Sendable {
    /// Where it begins, in samples from the beginning of the waveform.
    public let start: Int
    public let samples: [Float]
}
