import Foundation
import TestSupport
import Testing

@testable import SoundFrontEnd

/// Files of several streams, one behind the other: all of them are heard, each at its own rate.
struct JoinedSoundsTests {
    @Test(arguments: [(22_050, 1, 44_100, 2), (44_100, 2, 44_100, 1), (48_000, 1, 32_000, 1), (44_100, 1, 44_100, 1)])
    func joinedMP3s(firstRate: Int, firstChannels: Int, secondRate: Int, secondChannels: Int) throws {
        let first = try EncodedTone(frequency: 440, rate: firstRate, channelCount: firstChannels).bytes
        let second = try EncodedTone(frequency: 880, rate: secondRate, channelCount: secondChannels, seconds: 2).bytes
        let sound = try HeardSound(first + second)
        #expect(abs(sound.seconds - 3) < 0.2)
        #expect(sound.isTone(440, from: 0.2, to: 0.8))
        #expect(sound.isTone(880, from: 1.4, to: 2.8))
        #expect(sound.warnings == [])
    }

    @Test func joinedFLACs() throws {
        let first = try EncodedTone(frequency: 440, rate: 22_050, suffix: "flac").bytes
        let second = try EncodedTone(frequency: 880, rate: 48_000, channelCount: 2, suffix: "flac").bytes
        let sound = try HeardSound(first + second + first, ffmpeg: nil)
        #expect(abs(sound.seconds - 3) < 0.01)
        #expect(sound.isTone(440, from: 0.1, to: 0.9))
        #expect(sound.isTone(880, from: 1.1, to: 1.9))
        #expect(sound.isTone(440, from: 2.1, to: 2.9))
        #expect(sound.warnings == [])
    }

    @Test func chainedOgg() throws {
        let opus = try EncodedTone(frequency: 440, rate: 48_000, arguments: ["-c:a", "libopus"], suffix: "ogg").bytes
        let vorbis = try EncodedTone(frequency: 880, arguments: ["-c:a", "libvorbis"], suffix: "ogg").bytes
        let flac = try EncodedTone(frequency: 660, rate: 32_000, arguments: ["-c:a", "flac"], suffix: "ogg").bytes
        let sound = try HeardSound(opus + vorbis + flac, ffmpeg: nil)
        #expect(abs(sound.seconds - 3) < 0.05)
        #expect(sound.isTone(440, from: 0.1, to: 0.9))
        #expect(sound.isTone(880, from: 1.1, to: 1.9))
        #expect(sound.isTone(660, from: 2.1, to: 2.9))
        #expect(sound.warnings == [])
    }

    /// A second part that cannot be opened does not undo the first.
    @Test func aDamagedSecondPartIsSaid() throws {
        let first = try Data(contentsOf: fixture("tone.flac"))
        var second = first.prefix(200)
        second.replaceSubrange(18..<21, with: [0, 0, 0])
        let sound = try HeardSound(first + second, ffmpeg: nil)
        #expect(abs(sound.seconds - 0.3) < 0.01)
        guard case .damaged? = sound.warnings.first else {
            Issue.record("\(sound.warnings)")
            return
        }
    }

    /// A film's Ogg: pictures beside the sound.
    @Test func soundBesideOtherStreams() throws {
        let film = try EncodedTone(
            frequency: 440, rate: 44_100,
            arguments: ["-f", "lavfi", "-i", "testsrc=size=64x64:rate=5:duration=1"] + [
                "-map", "1:v", "-map", "0:a", "-c:v", "libtheora", "-c:a", "libvorbis",
            ], suffix: "ogv"
        ).bytes
        let sound = try HeardSound(film, ffmpeg: nil)
        #expect(abs(sound.seconds - 1) < 0.1)
        #expect(sound.isTone(440, from: 0.1, to: 0.9))
    }

    @Test func severalDataChunksInAWAV() throws {
        let first = SoundBytes(samples: tone(440, rate: 16_000, count: 16_000)).wav
        let second = SoundBytes(samples: tone(880, rate: 16_000, count: 16_000)).wav
        let list = SoundBytes.tag("LIST") + SoundBytes.little(UInt32(4)) + SoundBytes.tag("INFO")
        var joined = first + list + second.dropFirst(36)
        joined.replaceSubrange(4..<8, with: SoundBytes.little(UInt32(joined.count - 8)))
        let sound = try HeardSound(joined, ffmpeg: nil)
        #expect(sound.samples.count == 32_000)
        #expect(sound.isTone(440, from: 0, to: 1))
        #expect(sound.isTone(880, from: 1, to: 2))
        #expect(sound.warnings == [])
    }
}
