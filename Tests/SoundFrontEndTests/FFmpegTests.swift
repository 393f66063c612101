import Foundation
import TestSupport
import Testing

@testable import SoundFrontEnd

/// Formats that only the ffmpeg program reads.
struct FFmpegTests {
    @Test(
        arguments: [
            ("m4a", ["-c:a", "aac"], "MPEG-4 or QuickTime"), ("m4a", ["-c:a", "alac"], "MPEG-4 or QuickTime"),
            ("mov", ["-c:a", "aac"], "MPEG-4 or QuickTime"), ("aac", ["-c:a", "aac"], "AAC"),
            ("webm", ["-c:a", "libopus"], "Matroska or WebM"), ("mka", ["-c:a", "libmp3lame"], "Matroska or WebM"),
            ("wma", ["-c:a", "wmav2"], "Windows Media"), ("wv", ["-c:a", "wavpack"], "WavPack"),
            ("ac3", ["-c:a", "ac3"], "AC-3"), ("tta", ["-c:a", "tta"], "True Audio"),
            ("spx", ["-c:a", "libspeex", "-f", "ogg"], "Speex in Ogg"), ("avi", ["-c:a", "mp2"], "AVI"),
            ("ts", ["-c:a", "mp2"], "MPEG transport stream"),
            ("voc", ["-c:a", "pcm_s16le"], "VOC"),
        ])
    func everyFormatIsHeardOrNamed(suffix: String, arguments: [String], format: String) throws {
        let bytes = try EncodedTone(rate: 32_000, arguments: arguments, suffix: suffix).bytes
        let sound = try HeardSound(bytes)
        #expect(abs(sound.seconds - 1) < 0.15)
        #expect(sound.isTone(440, from: 0.15, to: 0.85))
        #expect(sound.warnings == [])
        #expect(throws: AudioFileError(file: "sound", problem: .foreign(format: format))) {
            try HeardSound(bytes, ffmpeg: nil)
        }
    }

    @Test func flacOfUnusualBits() throws {
        let bytes = try Data(contentsOf: fixture("tone20.flac"))
        let sound = try HeardSound(bytes)
        #expect(sound.seconds == 0.3)
        #expect(sound.isTone(440, from: 0, to: 0.3))
        #expect(throws: AudioFileError(file: "sound", problem: .foreign(format: "FLAC of 20 bits a sample"))) {
            try HeardSound(bytes, ffmpeg: nil)
        }
    }

    @Test func pathMemoryAndPipeAreAlike() throws {
        let bytes = try EncodedTone(arguments: ["-c:a", "aac"], suffix: "m4a").bytes
        let folder = try TemporaryFolder()
        let path = try folder.write("50% \"of\": a 'sound'.m4a", bytes).path
        let pipe = Pipe()
        let writer = pipe.fileHandleForWriting
        Thread.detachNewThread {
            try? writer.write(contentsOf: bytes)
            try? writer.close()
        }
        let expected = try HeardSound(bytes).samples
        #expect(try Waveform(AudioFile(path: path), sampleRate: 16_000).allSamples() == expected)
        let spooled = try AudioFile(spooling: pipe.fileHandleForReading, name: "pipe")
        #expect(try Waveform(spooled, sampleRate: 16_000).allSamples() == expected)
    }

    /// The sound of a film is heard, whatever else the file holds; one without sound has none.
    @Test func films() throws {
        let picture = ["-f", "lavfi", "-i", "testsrc=size=64x64:rate=5:duration=1", "-c:v", "mpeg4"]
        let film = try EncodedTone(arguments: picture + ["-map", "1:v", "-map", "0:a"], suffix: "mp4").bytes
        #expect(try HeardSound(film).isTone(440, from: 0.15, to: 0.85))
        let silent = try EncodedTone(arguments: picture + ["-map", "1:v"], suffix: "mp4").bytes
        #expect(throws: AudioFileError(file: "sound", problem: .noSamples)) { try HeardSound(silent) }
    }

    @Test func whatIsNoSoundIsNotGuessedAt() throws {
        var random = SplitMix(state: 1)
        let noise = Data((0..<100_000).map { _ in UInt8.random(in: 0...255, using: &random) })
        let png = Data([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]) + Data(repeating: 7, count: 2000)
        for bytes in [noise, png, Data("Just some words.\n".utf8), Data(count: 100_000)] {
            #expect(throws: AudioFileError(file: "sound", problem: .notAudio)) { try HeardSound(bytes) }
        }
    }

    @Test func aDamagedFileIsSaidToBe() throws {
        let bytes = try EncodedTone(arguments: ["-c:a", "aac"], suffix: "m4a").bytes
        do {
            _ = try HeardSound(bytes.prefix(100))
            Issue.record("100 bytes were read")
        } catch let error as AudioFileError {
            #expect(error.description.contains("(ffmpeg: "), "\(error)")
        }
    }

    /// Where libsndfile gives up, ffmpeg finds the next frame.
    @Test func damageInsideAFLACIsPassedOver() throws {
        var bytes = try EncodedTone(seconds: 5, suffix: "flac").bytes
        let middle = bytes.count / 2
        bytes.replaceSubrange(middle..<middle + 500, with: Data(repeating: 0xAA, count: 500))
        let alone = try HeardSound(bytes, ffmpeg: nil)
        let sound = try HeardSound(bytes)
        #expect(alone.seconds < 3)
        #expect((4.5...5.1).contains(sound.seconds))
        #expect(sound.isTone(440, from: 0.1, to: 2))
        #expect(sound.isTone(440, from: sound.seconds - 1, to: sound.seconds))
        #expect(!alone.warnings.isEmpty && !sound.warnings.isEmpty)
    }

    @Test func aPlaylistReadsNothingFromTheNetwork() throws {
        let list = Data("#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\nhttp://127.0.0.1:9/a.ts\n".utf8)
        #expect(throws: AudioFileError.self) { try HeardSound(list) }
    }
}
