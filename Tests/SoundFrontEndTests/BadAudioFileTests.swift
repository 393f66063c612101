import Foundation
import TestSupport
import Testing

@testable import SoundFrontEnd

/// Faulty sound files: each failure is one sentence that names the file, and never a trap.
struct BadAudioFileTests {
    @Test func missing() {
        #expect(problem(atPath: "/nonexistent/dog.wav") == .missing)
    }

    @Test func directory() {
        #expect(problem(atPath: "/usr") == .directory)
    }

    @Test func pipeByName() throws {
        let folder = try TemporaryFolder(), path = folder.path("pipe.wav")
        #expect(mkfifo(path, 0o600) == 0)
        #expect(problem(atPath: path) == .notRegularFile)
    }

    @Test func device() {
        #expect(problem(atPath: "/dev/null") == .notRegularFile)
    }

    /// A file in place of a folder is refused for every user, root included.
    @Test func refusedBySystem() {
        let path = fixture("tone.flac").path + "/inside.wav"
        #expect(problem(atPath: path) == .unreadable(reason: "Not a directory"))
    }

    /// Skipped for the superuser, who may read any file.
    @Test(.enabled(if: geteuid() != 0)) func unreadable() throws {
        let folder = try TemporaryFolder()
        let path = try folder.write("secret.wav", SoundBytes(samples: [0]).wav).path
        #expect(chmod(path, 0) == 0)
        #expect(problem(atPath: path) == .unreadable(reason: "Permission denied"))
    }

    @Test func empty() {
        #expect(problem(Data()) == .empty)
    }

    @Test func aPictureIsNotAudio() {
        let png = Data([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]) + Data(repeating: 7, count: 2000)
        #expect(problem(png) == .notAudio)
        #expect(problem(Data("Just some words.\n".utf8)) == .notAudio)
        #expect(problem(Data(repeating: 0, count: 100_000)) == .notAudio)
    }

    @Test func noSamples() {
        #expect(problem(SoundBytes(samples: []).wav) == .noSamples)
        // A chunk behind empty data is not mistaken for sound.
        let chunk = SoundBytes.tag("LIST") + SoundBytes.little(UInt32(4)) + SoundBytes.tag("INFO")
        #expect(problem(SoundBytes(samples: [], chunkBehindData: chunk).wav) == .noSamples)
    }

    @Test func truncatedFLAC() throws {
        let whole = try Data(contentsOf: fixture("tone.flac"))
        guard case .truncated(_, 13_230, "frames") = problem(whole.dropLast(whole.count / 3)) else {
            Issue.record("\(String(describing: problem(whole.dropLast(whole.count / 3))))")
            return
        }
    }

    @Test func truncatedAIFF() throws {
        let whole = try Data(contentsOf: fixture("tone.aiff"))
        #expect(problem(whole.dropLast(1000)) == .truncated(present: 51_928, declared: 52_928, unit: "bytes"))
    }

    @Test(arguments: ["ogg", "opus"])
    func truncatedOgg(suffix: String) throws {
        let whole = try Data(contentsOf: fixture("tone.\(suffix)"))
        #expect(problem(whole.dropLast(1)) == .unendedStream)
        #expect(problem(whole.dropLast(whole.count / 3)) == .unendedStream)
    }

    @Test func truncatedWAV() {
        let whole = SoundBytes(samples: tone(440, rate: 16_000, count: 1000)).wav
        #expect(problem(whole.dropLast(500)) == .truncated(present: 1500, declared: 2000, unit: "bytes"))
    }

    @Test(arguments: ["flac", "aiff", "ogg", "opus"])
    func everyTruncationIsAnError(suffix: String) throws {
        let whole = try Data(contentsOf: fixture("tone.\(suffix)"))
        for length in stride(from: 0, to: whole.count, by: max(1, whole.count / 97)) {
            #expect(problem(whole.prefix(length)) != nil, "\(length) of \(whole.count) bytes")
        }
    }

    /// MP3 has no end marker that could be missing.
    @Test func truncatedMP3IsReadAsFarAsItGoes() throws {
        let whole = try Data(contentsOf: fixture("tone.mp3"))
        #expect(problem(whole.dropLast(whole.count / 3)) == nil)
        #expect(problem(whole.prefix(100)) != nil)
    }

    @Test(arguments: ["flac", "aiff", "ogg", "opus", "mp3"])
    func noDamageTraps(suffix: String) throws {
        let whole = try Data(contentsOf: fixture("tone.\(suffix)"))
        for seed in 0..<60 {
            var bytes = whole
            for step in 0..<4 {
                // The first half of the seeds damages the header.
                let reach = seed < 30 ? min(120, bytes.count) : bytes.count
                bytes[(seed * 7919 + step * 104_729) % reach] = UInt8(truncatingIfNeeded: seed * 31 + step * 85)
            }
            _ = problem(bytes)
        }
    }

    @Test func damagedHeaderOfWAV() {
        let whole = SoundBytes(samples: tone(440, rate: 16_000, count: 100)).wav
        #expect(problem(whole.prefix(30)) == .damaged(reason: "Error in WAV file: No 'data' chunk marker"))
    }

    @Test func chunksWithoutEndOrSense() {
        let chunk = SoundBytes.tag("junk") + SoundBytes.little(UInt32(0))
        let chunks = Data(repeatElement(chunk, count: 20_000).joined())
        let endless = SoundBytes.tag("RIFF") + SoundBytes.little(UInt32(160_004)) + SoundBytes.tag("WAVE") + chunks
        #expect(problem(endless) != nil)
        var whole = SoundBytes(samples: [0, 0]).wav
        whole.replaceSubrange(16..<20, with: [0xFF, 0xFF, 0xFF, 0xFF])
        #expect(problem(whole) != nil)
    }

    @Test(arguments: [0, 1, 999, 768_001, 0x7FFF_FFFF] as [UInt32])
    func absurdRate(rate: UInt32) {
        let found = problem(SoundBytes(sampleRate: rate, samples: [0, 0]).wav)
        // libsndfile itself refuses a rate of 0.
        #expect(found == .sampleRate(Int(rate)) || rate == 0)
        #expect(found != nil)
    }

    @Test(arguments: [0x8000_0000, 0xFFFF_FFFF] as [UInt32])
    func rateBeyondTheDecodersIntegers(rate: UInt32) {
        guard case .damaged = problem(SoundBytes(sampleRate: rate, samples: [0, 0]).wav) else {
            Issue.record("a rate of \(rate) was let through")
            return
        }
    }

    @Test(arguments: [0, 65, 1024, 65_535] as [UInt16])
    func absurdChannelCount(count: UInt16) {
        let found = problem(SoundBytes(channelCount: count, samples: Array(repeating: 0, count: 4096)).wav)
        switch count {
        case 65, 1024: #expect(found == .channelCount(Int(count)))
        default: #expect(found != nil)
        }
    }

    /// The rate of an AIFF is an 80-bit float after channels, frames and bits; exponent 0x401E makes it 2³¹.
    @Test func absurdHeaderOfAIFF() throws {
        let whole = try Data(contentsOf: fixture("tone.aiff"))
        let common = try #require(whole.firstRange(of: Data("COMM".utf8))).upperBound + 4
        var manyChannels = whole
        manyChannels.replaceSubrange(common..<common + 2, with: [4, 0])
        #expect(problem(manyChannels) == .channelCount(1024))
        for exponent in [[0, 0], [0x40, 0x1E], [0x7F, 0xFF]] as [[UInt8]] {
            var odd = whole
            odd.replaceSubrange(common + 8..<common + 10, with: exponent)
            #expect(problem(odd) != nil, "exponent \(exponent)")
        }
    }

    /// The rate of a FLAC is 20 bits from the 18th byte on (RFC 9639, section 8.2).
    @Test func absurdHeaderOfFLAC() throws {
        var whole = try Data(contentsOf: fixture("tone.flac"))
        whole.replaceSubrange(18..<20, with: [0, 0])
        whole[20] &= 0x0F
        #expect(problem(whole) != nil)
    }

    @Test(arguments: [Float.nan, .infinity, -.infinity, 1e20])
    func unusableSample(value: Float) {
        let samples: [Float] = [0, 0.5, 0.5, 0.5, 0.5, value, 0, 0]
        let sound = SoundBytes(encoding: .float32, channelCount: 2, samples: samples)
        #expect(problem(sound.wav) == .sampleValue(frame: 2))
    }

    @Test func valuesBeyondFullScaleAreKept() throws {
        let sound = SoundBytes(encoding: .float32, samples: [1.5, -32_768, 0])
        #expect(try AudioFile(bytes: sound.wav, name: "loud").nextBlock() == [1.5, -32_768, 0])
    }

    @Test func descriptionsAreOneSentenceAndNameTheFile() {
        let problems: [AudioFileError.Problem] = [
            .missing, .directory, .notRegularFile, .unreadable(reason: "Permission denied"), .empty, .notAudio,
            .damaged(reason: "flac decoder lost sync"), .sampleRate(0), .channelCount(1024),
            .truncated(present: 1, declared: 2, unit: "frames"), .unendedStream, .noSamples, .sampleValue(frame: 3),
        ]
        for problem in problems {
            let text = AudioFileError(file: "dog.wav", problem: problem).description
            #expect(text.hasPrefix("dog.wav "))
            #expect(text.contains("expected"))
            #expect(text.hasSuffix(".") && !text.dropLast().contains(". "), "\(text)")
        }
    }

    /// Returns the problem found by reading the whole file, or nil.
    private func problem(_ bytes: Data) -> AudioFileError.Problem? {
        problem { () throws(AudioFileError) in try AudioFile(bytes: bytes, name: "bad") }
    }

    private func problem(atPath path: String) -> AudioFileError.Problem? {
        problem { () throws(AudioFileError) in try AudioFile(path: path) }
    }

    private func problem(_ open: () throws(AudioFileError) -> AudioFile) -> AudioFileError.Problem? {
        do {
            let file = try open()
            while try file.nextBlock() != nil {}
            return nil
        } catch {
            return error.problem
        }
    }
}
