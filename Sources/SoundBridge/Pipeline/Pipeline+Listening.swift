import Foundation
import FrozenEncoders
import SoundFrontEnd

/// Every way to listen throws `ModelError`; `SignalError` for a sound that cannot be resampled; `EncoderError` for one
/// without a sample; `CancellationError`.
extension Pipeline {
    /// Runs the audio encoder over a sound file of any format that `AudioFile` reads. Throws `AudioFileError` too.
    public func listen(to url: URL, pooling: WindowPooling = .mean) throws -> EncodedSound {
        try listen(to: AudioFile(path: url.path(percentEncoded: false)), pooling: pooling)
    }

    /// Runs the audio encoder over a whole sound file held in memory. Throws `AudioFileError` too, which calls it
    /// `name`.
    public func listen(
        to bytes: Data, name: String = "the sound", pooling: WindowPooling = .mean
    ) throws -> EncodedSound {
        try listen(to: AudioFile(bytes: bytes, name: name), pooling: pooling)
    }

    /// Runs the audio encoder over an open clip of any length; memory does not grow with it. Throws `AudioFileError`
    /// too.
    public func listen(to file: AudioFile, pooling: WindowPooling = .mean) throws -> EncodedSound {
        try listen(to: Waveform(file, sampleRate: sampleRate()), pooling: pooling)
    }

    /// Runs the audio encoder over mono samples, full scale 1, at `rate` samples a second.
    ///
    /// Throws `SignalError` for a rate that cannot be resampled and for samples that are not finite.
    public func listen(samples: [Float], rate: Int, pooling: WindowPooling = .mean) throws -> EncodedSound {
        try listen(
            to: Waveform(samples: samples, sampleRate: rate, resampledTo: sampleRate()), pooling: pooling)
    }

    /// Runs the audio encoder over a stream of samples, which is resampled where its rate is not `sampleRate()`. Throws
    /// the stream's own errors too.
    public func listen(to waveform: Waveform, pooling: WindowPooling = .mean) throws -> EncodedSound {
        let resampled = try waveform.resampled(to: sampleRate())
        resampled.meter = try SoundMeter(sampleRate: resampled.sampleRate)
        var sound = try parts.audioEncoder().listen(to: resampled, pooling: pooling)
        sound.pooling = pooling
        (sound.secondsHeard, sound.warnings) = (resampled.seconds, resampled.warnings.map(\.description))
        sound.traits = resampled.meter?.traits
        return sound
    }

    /// Returns the audio encoder's sample rate, in samples a second. Throws `ModelError`.
    public func sampleRate() throws -> Int { try parts.audioEncoder().sampleRate }

    /// Returns the audio encoder's own highest class scores, best first; none for an encoder that is no tagger.
    /// Throws `ModelError`; `SettingError` for a count below 1.
    public func audioScores(_ sound: EncodedSound, count: Int = 5) throws -> [ScoredLabel] {
        try SettingError.require(count: count)
        guard let scores = sound.scores, let labels = try parts.audioEncoder().labels else { return [] }
        return ScoredLabel.best(count, of: zip(labels, scores).map { ScoredLabel(label: $0, score: $1) })
    }
}
