import Foundation
import SoundBridge

/// A line of `timings.jsonl`: facts about making a picture that its inputs and settings do not determine.
public struct Timing: Sendable, Codable, Equatable {
    /// Time at which the picture was written, ISO 8601, in UTC.
    public let date: String
    public let host: String
    /// Number of threads for the networks.
    public let threads: Int
    /// The picture's path below the run's folder.
    public let output: String
    /// Time of each stage; of work done for several pictures at once, an equal share.
    public let seconds: StageSeconds

    init(output: String, threads: Int, seconds: StageSeconds) {
        (self.output, self.threads, self.seconds) = (output, threads, seconds)
        date = Date.now.formatted(.iso8601)
        host = Self.hostName
    }

    /// Foundation's function would ask the network for the name.
    private static let hostName: String = {
        var names = utsname()
        uname(&names)
        return withUnsafeBytes(of: names.nodename) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
    }()
}
