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
        let bytes = SoundBytes(samples: tone(440, rate: 16_000, count: 1000)).wav
        for _ in 0..<100 {
            Thread.detachNewThread { try? bytes.write(to: URL(filePath: path)) }
            #expect(try AudioFile(path: path).info.frameCount == 1000)
        }
    }

    /// A writer may come, write all and go before its bytes are asked for.
    @Test func pipeWhoseWriterIsGone() throws {
        let folder = try TemporaryFolder(), path = folder.path("pipe.wav")
        #expect(mkfifo(path, 0o600) == 0)
        let reader = open(path, O_RDONLY | O_NONBLOCK)
        defer { close(reader) }
        try SoundBytes(samples: tone(440, rate: 16_000, count: 1000)).wav.write(to: URL(filePath: path))
        #expect(try AudioFile(path: path).info.frameCount == 1000)
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
        let found = try warnings(whole.dropLast(whole.count / 3))
        guard found.count == 1, case .truncated(let present, 13_230, "frames") = found[0] else {
            guard case .damaged = found.first else {
                Issue.record("\(found)")
                return
            }
            return
        }
        #expect((4000..<13_000).contains(present))
    }

    @Test func truncatedAIFF() throws {
        let whole = try Data(contentsOf: fixture("tone.aiff"))
        #expect(
            try warnings(whole.dropLast(1000)) == [.truncated(present: 51_928, declared: 52_928, unit: "bytes")])
    }

    @Test func truncatedOgg() throws {
        let whole = try Data(contentsOf: fixture("tone.opus"))
        #expect(try warnings(whole.dropLast(1)).contains(.unendedStream))
    }

    @Test func truncatedWAV() throws {
        let whole = SoundBytes(samples: tone(440, rate: 16_000, count: 1000)).wav
        #expect(try warnings(whole.dropLast(500)) == [.truncated(present: 1500, declared: 2000, unit: "bytes")])
        // A header of two bytes too many is said like any other.
        #expect(try warnings(whole.dropLast(2)) == [.truncated(present: 1998, declared: 2000, unit: "bytes")])
    }

    /// Sun's format, Sony's Wave64 and RF64 are held to the same rule as WAV.
    @Test func truncatedRarerContainers() throws {
        let samples = Data(repeating: 7, count: 2000)
        func little(_ value: UInt64) -> Data { withUnsafeBytes(of: value.littleEndian) { Data($0) } }
        let au = Data(".snd".utf8) + Data([0, 0, 0, 24, 0, 0, 7, 208, 0, 0, 0, 3, 0, 0, 62, 128, 0, 0, 0, 1]) + samples
        let format =
            SoundBytes.little(UInt16(1)) + SoundBytes.little(UInt16(1)) + SoundBytes.little(UInt32(16_000))
            + SoundBytes.little(UInt32(32_000)) + SoundBytes.little(UInt16(2)) + SoundBytes.little(UInt16(16))
        let sizes = little(UInt64(4 + 36 + 24 + 8 + 2000)) + little(2000) + little(1000) + SoundBytes.little(UInt32(0))
        let rf64 =
            Data("RF64".utf8) + SoundBytes.little(UInt32.max) + Data("WAVE".utf8) + Data("ds64".utf8)
            + SoundBytes.little(UInt32(28)) + sizes + Data("fmt ".utf8) + SoundBytes.little(UInt32(16)) + format
            + Data("data".utf8) + SoundBytes.little(UInt32.max) + samples
        func wave64(_ tag: String, _ body: Data) -> Data {
            let tail: [UInt8] = [0xF3, 0xAC, 0xD3, 0x11, 0x8C, 0xD1, 0x00, 0xC0, 0x4F, 0x8E, 0xDB, 0x8A]
            return Data(tag.utf8) + Data(tail) + little(UInt64(24 + body.count)) + body
        }
        let chunks = wave64("fmt ", format) + wave64("data", samples)
        let riff: [UInt8] = [0x2E, 0x91, 0xCF, 0x11, 0xA5, 0xD6, 0x28, 0xDB, 0x04, 0xC1, 0x00, 0x00]
        let wave: [UInt8] = [0xF3, 0xAC, 0xD3, 0x11, 0x8C, 0xD1, 0x00, 0xC0, 0x4F, 0x8E, 0xDB, 0x8A]
        let w64 =
            Data("riff".utf8) + Data(riff) + little(UInt64(40 + chunks.count)) + Data("wave".utf8) + Data(wave) + chunks
        for whole in [au, rf64, w64] {
            #expect(try warnings(whole) == [])
            #expect(try warnings(whole.dropLast(500)) == [.truncated(present: 1500, declared: 2000, unit: "bytes")])
        }
    }

    /// Every cut is read as far as it goes, with a warning, or is an error where nothing is left.
    @Test(arguments: ["flac", "aiff", "ogg", "opus"])
    func everyTruncationIsSaid(suffix: String) throws {
        let whole = try Data(contentsOf: fixture("tone.\(suffix)"))
        for length in stride(from: 0, to: whole.count, by: max(1, whole.count / 97)) {
            let cut = whole.prefix(length)
            let isSaid = try problem(cut) != nil || !warnings(cut).isEmpty
            #expect(isSaid, "\(length) of \(whole.count) bytes")
        }
        #expect(try warnings(whole) == [])
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
        #expect(try AudioFile(bytes: sound.wav, name: "loud").nextBlock()?.samples == [1.5, -32_768, 0])
    }

    @Test func descriptionsAreOneSentenceAndNameTheFile() {
        let problems: [AudioFileError.Problem] = [
            .missing, .directory, .notRegularFile, .unreadable(reason: "Permission denied"), .empty, .notAudio,
            .foreign(format: "AAC"),
            .damaged(reason: "flac decoder lost sync"), .sampleRate(0), .channelCount(1024),
            .noSamples, .sampleValue(frame: 3),
        ]
        for problem in problems {
            let text = AudioFileError(file: "dog.wav", problem: problem).description
            #expect(text.hasPrefix("dog.wav "))
            #expect(text.contains("expected"))
            #expect(text.hasSuffix(".") && !text.dropLast().contains(". "), "\(text)")
        }
    }

    @Test func warningsAreOneSentenceAndNameTheFile() {
        let kinds: [AudioWarning.Kind] = [
            .truncated(present: 1, declared: 2, unit: "frames"), .unendedStream,
            .damaged(seconds: 1.26, reason: "flac decoder lost sync"), .cancellingChannels, .silent,
            .faint(decibels: 65), .short(seconds: 0.01), .gap(seconds: 2, reason: "a page is missing"),
            .damagedInside(reason: "invalid data"), .beyondFullScale(peak: 32_768),
        ]
        for kind in kinds {
            let text = AudioWarning(file: "dog.wav", kind: kind).description
            #expect(text.hasPrefix("dog.wav ") && text.hasSuffix("."), "\(text)")
        }
    }

    private func warnings(_ bytes: Data) throws -> [AudioWarning.Kind] {
        let file = try AudioFile(ByteSource(bytes: bytes, name: "cut"), ffmpeg: nil)
        while try file.nextBlock() != nil {}
        #expect(try file.nextBlock() == nil)
        return file.warnings.map(\.kind)
    }

    /// Returns the problem found by reading the whole file, or nil.
    private func problem(_ bytes: Data) -> AudioFileError.Problem? {
        problem { () throws(AudioFileError) in try AudioFile(ByteSource(bytes: bytes, name: "bad"), ffmpeg: nil) }
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
