import Foundation
import TestSupport
import Testing

@testable import SoundFrontEnd

/// Sound files of one sine, made by the ffmpeg program.
struct EncodedTone {
    var frequency = 440
    var rate = 44_100
    var channelCount = 1
    var seconds = 1.0
    /// Arguments before the output's name: encoders and the like.
    var arguments: [String] = []
    var suffix = "mp3"

    var bytes: Data {
        get throws {
            let folder = try TemporaryFolder()
            let process = Process()
            process.executableURL = URL(filePath: try #require(FFmpegProcess.installed))
            let source = "sine=frequency=\(frequency):sample_rate=\(rate):duration=\(seconds)"
            process.arguments =
                ["-v", "error", "-nostdin", "-f", "lavfi", "-i", source, "-ac", "\(channelCount)", "-strict", "-2"]
                + arguments + [folder.path("tone.\(suffix)")]
            try process.run()
            process.waitUntilExit()
            return try Data(contentsOf: URL(filePath: folder.path("tone.\(suffix)")))
        }
    }
}

/// A sound read to its end at 16 kHz.
struct HeardSound {
    static let rate = 16_000
    let samples: [Float]
    let warnings: [AudioWarning.Kind]

    init(_ bytes: Data, ffmpeg: String? = FFmpegProcess.installed) throws {
        let file = try AudioFile(ByteSource(bytes: bytes, name: "sound"), ffmpeg: ffmpeg)
        let waveform = try Waveform(file, sampleRate: Self.rate)
        samples = try waveform.allSamples()
        warnings = waveform.warnings.map(\.kind)
    }

    var seconds: Double { Double(samples.count) / Double(Self.rate) }

    /// Whether nearly all of the sound between two times, in seconds, is a sine of `frequency`.
    func isTone(_ frequency: Double, from start: Double, to end: Double) -> Bool {
        let part = samples[Int(start * Double(Self.rate))..<min(samples.count, Int(end * Double(Self.rate)))]
        var (real, imaginary, energy) = (0.0, 0.0, 0.0)
        for (index, sample) in part.enumerated() {
            let angle = 2 * Double.pi * frequency * Double(index) / Double(Self.rate)
            real += Double(sample) * cos(angle)
            imaginary += Double(sample) * sin(angle)
            energy += Double(sample) * Double(sample)
        }
        return energy > 0 && 2 * (real * real + imaginary * imaginary) > 0.9 * energy * Double(part.count)
    }
}
