import Foundation
import SoundFrontEnd
import TensorCore

/// CLAP's spectrograms in decibels, one for a plain model, four for one that fuses (`ClapFeatureExtractor` of transformers).
struct CLAPFrontEnd: Sendable {
    private let settings: CLAPPreprocessing
    private let spectrogram: MelSpectrogram

    /// Throws `SignalError`.
    init(_ settings: CLAPPreprocessing) throws(SignalError) {
        self.settings = settings
        spectrogram = try MelSpectrogram(
            window: WindowFunction.hann.weights(length: settings.transformLength), hop: settings.hop,
            transformLength: settings.transformLength,
            filterbank: MelFilterbank(
                bandCount: settings.melBins, transformLength: settings.transformLength, sampleRate: settings.sampleRate,
                frequencies: settings.lowest...settings.highest,
                straightOverHertz: settings.truncation == "fusion" ? .htk : .slaney),
            spectrum: .power)
    }

    /// Frames of a spectrogram.
    var frames: Int { settings.length / settings.hop + 1 }

    /// The spectrograms of a sound, each `[frames, bands]`. Of a sound longer than the network takes, the first shows all of it
    /// in as many frames, the others its three thirds in part: the middle of the places where the reference picks one by
    /// chance.
    func callAsFunction(_ sound: [Float]) -> [Tensor] {
        let whole = decibels(sound.count < settings.length ? filled(sound) : sound)
        guard settings.truncation == "fusion" else { return [whole.items(0..<frames)] }
        guard whole.shape[0] > frames else { return Array(repeating: whole, count: 4) }
        return [shrunk(whole)] + starts(whole.shape[0] - frames + 1).map { whole.items($0..<$0 + frames) }
    }

    private func decibels(_ sound: [Float]) -> Tensor {
        let powers = spectrogram(sound.reflected(by: settings.transformLength / 2))
        return Tensor(
            powers.map { 10 * log10f(max($0, 1e-10)) }, shape: [powers.count / settings.melBins, settings.melBins])
    }

    private func filled(_ sound: [Float]) -> [Float] {
        let length = settings.length
        let times = sound.isEmpty || settings.padding == "pad" ? 1 : length / sound.count
        let repeated = Array(repeatElement(sound, count: times + (settings.padding == "repeat" ? 1 : 0)).joined())
        return Array(repeated.prefix(length)) + Array(repeating: 0, count: max(0, length - repeated.count))
    }

    /// The middles of three parts of that many places, the first of which are longer where they are not equal.
    private func starts(_ places: Int) -> [Int] {
        var first = 0
        return (0..<3).map { part in
            let count = places / 3 + (part < places % 3 ? 1 : 0)
            defer { first += count }
            return count == 0 ? 0 : first + count / 2
        }
    }

    /// All frames brought down to `frames` along straight lines, as `interpolate` of mode “bilinear” does.
    private func shrunk(_ whole: Tensor) -> Tensor {
        let (count, bands) = (whole.shape[0], settings.melBins)
        let ratio = Float(count) / Float(frames)
        return Tensor(shape: [frames, bands]) { y in
            whole.withFloats { x in
                for frame in 0..<frames {
                    let place = max(0, ratio * (Float(frame) + 0.5) - 0.5)
                    let before = min(Int(place), count - 1), after = min(before + 1, count - 1)
                    let share = place - Float(before)
                    for band in 0..<bands {
                        y[frame * bands + band] =
                            (1 - share) * x[before * bands + band] + share * x[after * bands + band]
                    }
                }
            }
        }
    }
}
