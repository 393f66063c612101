import Foundation

/// Something about a sound that was used all the same; its description is one sentence that names the file.
public struct AudioWarning: Equatable, Sendable, CustomStringConvertible {
    public enum Kind: Equatable, Sendable {
        /// The container declares more than is there, counted in `unit`.
        case truncated(present: Int64, declared: Int64, unit: String)
        /// An Ogg file whose last page is not marked as the end of its stream.
        case unendedStream
        /// Damage that ends what can be decoded of a stream; `reason` is the decoder's message.
        case damaged(seconds: Double, reason: String)
        /// Something missing or passed over, behind which the sound goes on.
        case gap(seconds: Double, reason: String)
        /// Damage at an unknown place; `reason` is the decoder's message.
        case damagedInside(reason: String)
        /// Sound that the positions of its pages place outside of the file.
        case outside(seconds: Double)
        /// Channels that would cancel each other in the mean.
        case cancellingChannels
        /// No sample is audible.
        case silent
        /// The loudest sample, in decibels below full scale.
        case faint(decibels: Double)
        case short(seconds: Double)
        /// The loudest sample of a file of floats, as a multiple of full scale.
        case beyondFullScale(peak: Float)
    }

    /// The file's name as the caller gave it.
    public let file: String
    public let kind: Kind

    public var description: String {
        switch kind {
        case .truncated(let present, let declared, let unit):
            "\(file) ends early: of \(declared) \(unit) of sound that its header promises \(present) are there, which are used."
        case .unendedStream:
            "\(file) may be cut short: its last Ogg page does not end the stream; what is there is used."
        case .damaged(let seconds, let reason):
            "\(file) is damaged after \(String(format: "%.1f", seconds)) s (\(reason)); what comes before is used."
        case .gap(let seconds, let reason):
            "\(file) has a gap at \(String(format: "%.1f", seconds)) s (\(reason)); what comes before and after it is used."
        case .damagedInside(let reason):
            "\(file) is damaged (\(reason)); what could be decoded is used."
        case .outside(let seconds):
            "\(file) holds \(String(format: "%.1f", seconds)) s more that its Ogg pages place before its beginning or behind its end; they are left out."
        case .cancellingChannels:
            "\(file) has channels that cancel each other; they are turned alike before they are mixed."
        case .silent:
            "\(file) is silent, so what is heard in it means nothing."
        case .faint(let decibels):
            "\(file) is nearly silent: its loudest sample is \(Int(decibels.rounded())) dB below full scale."
        case .short(let seconds):
            "\(file) lasts \(String(format: "%.2f", seconds)) s, too short to tell much from."
        case .beyondFullScale(let peak):
            "\(file) has samples up to \(String(format: "%.0f", peak)) times full scale, so what is heard may be wrong."
        }
    }
}

extension AudioWarning.Kind {
    /// The same, of a stream that begins so many seconds after the file.
    func moved(by offset: Double) -> Self {
        switch self {
        case .damaged(let seconds, let reason): .damaged(seconds: offset + seconds, reason: reason)
        case .gap(let seconds, let reason): .gap(seconds: offset + seconds, reason: reason)
        default: self
        }
    }
}
