import Foundation

/// Something about a sound that was used all the same; its description is one sentence that names the file.
public struct AudioWarning: Equatable, Sendable, CustomStringConvertible {
    public enum Kind: Equatable, Sendable {
        /// The container declares more than is there, counted in `unit`.
        case truncated(present: Int64, declared: Int64, unit: String)
        /// An Ogg file whose last page is not marked as the end of its stream.
        case unendedStream
        /// Damage that ends what can be decoded; `reason` is the decoder's message.
        case damaged(seconds: Double, reason: String)
        /// Channels that would cancel each other in the mean.
        case cancellingChannels
        /// No sample is audible.
        case silent
        /// The loudest sample, in decibels below full scale.
        case faint(decibels: Double)
        case short(seconds: Double)
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
        case .cancellingChannels:
            "\(file) has channels that cancel each other; they are turned alike before they are mixed."
        case .silent:
            "\(file) is silent, so what is heard in it means nothing."
        case .faint(let decibels):
            "\(file) is nearly silent: its loudest sample is \(Int(decibels.rounded())) dB below full scale."
        case .short(let seconds):
            "\(file) lasts \(String(format: "%.2f", seconds)) s, too short to tell much from."
        }
    }
}
