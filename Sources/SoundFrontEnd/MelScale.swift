import Foundation

/// A scale of pitch on which equal steps sound equal.
public enum MelScale: String, Codable, Sendable {
    /// 2595 · log10(1 + f / 700), of the Hidden Markov Model Toolkit; TensorFlow's and torchaudio's default.
    case htk
    /// Linear below 1000 Hz (200/3 Hz a mel), logarithmic above (27 mels for a factor of 6.4), of Malcolm Slaney's
    /// Auditory Toolbox; librosa's default.
    case slaney

    private static let slaneyStep = 200.0 / 3
    private static let slaneyKnee = 1000.0
    private static let slaneyLogStep = log(6.4) / 27

    public func mels(fromHertz hertz: Double) -> Double {
        switch self {
        case .htk: 2595 * log10(1 + hertz / 700)
        case .slaney where hertz < Self.slaneyKnee: hertz / Self.slaneyStep
        case .slaney: Self.slaneyKnee / Self.slaneyStep + log(hertz / Self.slaneyKnee) / Self.slaneyLogStep
        }
    }

    public func hertz(fromMels mels: Double) -> Double {
        let knee = Self.slaneyKnee / Self.slaneyStep
        return switch self {
        case .htk: 700 * (pow(10, mels / 2595) - 1)
        case .slaney where mels < knee: mels * Self.slaneyStep
        case .slaney: Self.slaneyKnee * exp((mels - knee) * Self.slaneyLogStep)
        }
    }
}
