import SoundFrontEnd
import TensorCore

/// An audio encoder that hears a sound window by window.
///
/// Windows follow `WaveformWindows`: one every `windowHop`, a last one that ends with the sound, and a sound shorter than a
/// window is one by itself.
public protocol WindowedAudioEncoder: AudioEncoder {
    /// Samples in a window.
    var windowLength: Int { get }

    /// Samples from the start of one window to the start of the next, in a longer sound.
    var windowHop: Int { get }

    /// Encodes one or more windows as `embeddings [windows, embeddingLength]` and, for a tagger, `scores [windows, labels]`,
    /// each from 0 to 1. A window's result has the same bits whatever windows are beside it.
    func encode(_ windows: [WaveformWindow]) -> (embeddings: Tensor, scores: Tensor?)
}

extension WindowedAudioEncoder {
    public func listen(to waveform: Waveform, pooling: WindowPooling = .mean) throws -> EncodedSound {
        guard waveform.sampleRate == sampleRate else {
            throw EncoderError.sampleRate(found: waveform.sampleRate, expected: sampleRate)
        }
        let listener = try WindowListener(self, waveform, pooling)
        while try listener.step() {}
        return try listener.result()
    }
}
