import Foundation
import Testing

@testable import SoundFrontEnd

struct WaveformTests {
    @Test func silenceStaysSilence() throws {
        let sound = SoundBytes(sampleRate: 44_100, channelCount: 2, samples: Array(repeating: 0, count: 88_200))
        let samples = try waveform(sound).allSamples()
        #expect(samples.count == 16_000)
        #expect(samples.allSatisfy { $0 == 0 })
    }

    @Test func tenMilliseconds() throws {
        let sound = SoundBytes(sampleRate: 44_100, samples: tone(1000, rate: 44_100, count: 441))
        #expect(try waveform(sound).allSamples().count == 160)
    }

    @Test func oneSample() throws {
        #expect(try waveform(SoundBytes(sampleRate: 16_000, samples: [0.5])).allSamples().count == 1)
        #expect(try waveform(SoundBytes(sampleRate: 48_000, samples: [0.5])).allSamples().count <= 1)
    }

    /// Front left, front right, centre, low frequency, rear left and rear right have equal weights.
    @Test func fivePointOneIsTheMeanOfItsChannels() throws {
        let frame: [Float] = [0.6, -0.3, 0.9, 0.3, 0, 0.3]
        let sound = SoundBytes(channelCount: 6, samples: Array(repeatElement(frame, count: 100).joined()))
        let samples = try waveform(sound).allSamples()
        #expect(largestDifference(samples, Array(repeating: 0.3, count: 100)) < 5e-5)
    }

    @Test(arguments: [8000, 11_025, 22_050, 44_100, 48_000, 96_000, 192_000, 768_000])
    func anyRateKeepsTheToneAndTheLength(rate: UInt32) throws {
        let input = tone(1000, rate: Double(rate), count: Int(rate) / 2)
        let sound = SoundBytes(encoding: .float32, sampleRate: rate, samples: input)
        let samples = try waveform(sound).allSamples()
        #expect(abs(samples.count - 8000) <= 1)
        let middle = 1000..<7000
        #expect(largestDifference(Array(samples[middle]), Array(tone(1000, rate: 16_000, count: 8000)[middle])) < 1e-4)
    }

    @Test func theSizeOfBlocksDoesNotMatter() throws {
        let input = pseudoNoise(30_000)
        let whole = try stream(input, by: 30_000).allSamples()
        #expect(try stream(input, by: 1000).allSamples() == whole)
        #expect(try stream(input, by: 7).allSamples() == whole)
        #expect(whole.count == 10_884)
    }

    @Test(arguments: [1, 700, 100_000]) func readingAheadChangesNothing(count: Int) throws {
        let samples = (0..<5000).map { sin(Float($0) * 0.05) }
        let expected = try stream(samples, by: 300).allSamples()
        let waveform = try stream(samples, by: 300)
        try waveform.readAhead(count)
        #expect(try waveform.allSamples() == expected)
    }

    @Test func errorsOfTheFileComeThrough() throws {
        let sound = SoundBytes(encoding: .float32, sampleRate: 44_100, samples: [0, .nan])
        #expect(throws: AudioFileError(file: "sound", problem: .sampleValue(frame: 1))) {
            try waveform(sound).allSamples()
        }
    }

    @Test func aRateMustBePositive() {
        #expect(throws: SignalError.self) { try Waveform(samples: [0], sampleRate: 0) }
    }

    @Test(arguments: [Float.nan, .infinity, -.infinity, 0x1p33])
    func samplesMustBeFinite(value: Float) {
        #expect(throws: SignalError.sampleValue(index: 2)) {
            try Waveform(samples: [0, 0.5, value], sampleRate: 16_000)
        }
    }

    @Test func aCountIsNotNegative() throws {
        let waveform = try Waveform(samples: [0], sampleRate: 16_000)
        #expect(throws: SignalError.self) { try waveform.readAhead(-3) }
    }

    @Test func theRestIsResampled() throws {
        let samples = (0..<10_000).map { Float(sin(Double($0) / 7)) }
        let direct = try Waveform(samples: samples, sampleRate: 44_100, resampledTo: 16_000).allSamples()
        let waveform = try Waveform(samples: samples, sampleRate: 44_100)
        #expect(try waveform.resampled(to: 16_000).allSamples() == direct)
        let same = try Waveform(samples: samples, sampleRate: 16_000)
        #expect(try same.resampled(to: 16_000) === same)
    }

    private func waveform(_ sound: SoundBytes) throws -> Waveform {
        try Waveform(AudioFile(bytes: sound.wav, name: "sound"), sampleRate: 16_000)
    }

    private func stream(_ samples: [Float], by size: Int) throws -> Waveform {
        var start = 0
        return try Waveform(sampleRate: 44_100, resampledTo: 16_000) {
            guard start < samples.count else { return nil }
            defer { start += size }
            return Array(samples[start..<min(start + size, samples.count)])
        }
    }

    @Test func channelsThatCancelAreTurnedAlike() throws {
        let left = tone(440, rate: 16_000, count: 16_000)
        func mixed(_ samples: [Float], channels: UInt16 = 2) throws -> ([Float], [AudioWarning.Kind]) {
            let sound = SoundBytes(encoding: .float32, channelCount: channels, samples: samples)
            let waveform = try Waveform(AudioFile(bytes: sound.wav, name: "stereo"), sampleRate: 16_000)
            return (try waveform.allSamples(), waveform.warnings.map(\.kind))
        }
        let (turned, said) = try mixed(left.flatMap { [$0, -$0] })
        #expect(turned == left && said == [.cancellingChannels])
        // Silence first decides nothing.
        let late = [Float](repeating: 0, count: 140_000) + left.flatMap { [$0, -$0] }
        #expect(try mixed(late).0.suffix(16_000) == left[...])
        // Ordinary stereo, even half out of phase, is the plain mean.
        let right = tone(440, rate: 16_000, count: 16_000, amplitude: 0.4)
        let (plain, nothing) = try mixed(zip(left, right).flatMap { [$0, -$1] })
        #expect(nothing == [] && plain == zip(left, right).map { (0 + $0 + -$1) * 0.5 })
    }

    @Test(arguments: [
        (Float(0), 16_000, [AudioWarning.Kind.silent]), (0.00001, 16_000, [.silent]),
        (0.0005, 16_000, [.faint(decibels: 66.02)]), (0.5, 16_000, []), (0.5, 160, [.short(seconds: 0.01)]),
        (0, 160, [.silent, .short(seconds: 0.01)]),
    ])
    func whatCannotBeHeardIsSaid(peak: Float, count: Int, expected: [AudioWarning.Kind]) throws {
        let sound = SoundBytes(encoding: .float32, samples: (0..<count).map { $0 % 2 == 0 ? peak : -peak })
        let waveform = try Waveform(AudioFile(bytes: sound.wav, name: "quiet"), sampleRate: 16_000)
        #expect(waveform.warnings.isEmpty)
        #expect(try waveform.allSamples().count == count)
        #expect(waveform.warnings.count == expected.count)
        for (warning, kind) in zip(waveform.warnings, expected) {
            if case .faint(let found) = warning.kind, case .faint(let decibels) = kind {
                #expect(abs(found - decibels) < 0.01)
            } else {
                #expect(warning.kind == kind)
            }
        }
        #expect(waveform.seconds == Double(count) / 16_000)
    }
}
