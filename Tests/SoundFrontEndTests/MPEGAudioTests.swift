import Foundation
import TestSupport
import Testing

@testable import SoundFrontEnd

/// MP3 as people have it: junk, holes, no length, wrapped in a WAV.
struct MPEGAudioTests {
    /// libsndfile has a libmpg123 of its own, whose notes would reach the terminal.
    @Test func whatOnlyBeginsLikeMPEGNeverReachesLibsndfile() throws {
        let bytes = Data([0xFF, 0xFB, 0x90, 0x64]) + Data((0..<5000).map { UInt8(truncatingIfNeeded: $0 &* 37 &+ 11) })
        #expect(SoundStreams(of: ByteSource(bytes: bytes, name: "noise")).streams[0].codec == .mpeg)
        #expect(throws: AudioFileError.self) {
            while try AudioFile(ByteSource(bytes: bytes, name: "noise"), ffmpeg: nil).nextBlock() != nil {}
        }
    }

    private static func data(_ text: String) -> Data { Data(text.utf8) }

    /// An ID3 tag of 1000 bytes, of the kind that promises `size` of them.
    private static func id3(_ size: Int = 1000) -> Data {
        data("ID3") + Data([4, 0, 0, 0, 0, UInt8(size >> 7), UInt8(size & 127)]) + Data(count: 1000)
    }

    @Test(
        arguments: [
            Data(count: 215), Data(count: 70_000), id3(), id3() + Data(count: 300), id3() + id3(),
            id3(900), data("a line of a log\n"), Data((0..<5000).map { UInt8(truncatingIfNeeded: $0 * 7919 / 13) }),
        ])
    func junkBeforeTheFirstFrame(junk: Data) throws {
        let whole = try EncodedTone().bytes
        let plain = try HeardSound(whole.dropFirst(ID3Length.of(whole)), ffmpeg: nil)
        let sound = try HeardSound(junk + whole.dropFirst(ID3Length.of(whole)), ffmpeg: nil)
        #expect(sound.samples == plain.samples)
        #expect(sound.warnings == [])
    }

    @Test(arguments: [1000, 20_000]) func aHoleIsPassedOverAndSaid(size: Int) throws {
        var bytes = try EncodedTone(seconds: 5).bytes
        let middle = bytes.count / 2
        bytes.replaceSubrange(middle..<middle + size, with: Data(count: size))
        let sound = try HeardSound(bytes, ffmpeg: nil)
        #expect(sound.isTone(440, from: 0.1, to: 2.2))
        #expect(sound.isTone(440, from: sound.seconds - 1.5, to: sound.seconds - 0.1))
        guard case .gap(let seconds, let reason)? = sound.warnings.first, sound.warnings.count == 1 else {
            Issue.record("\(sound.warnings)")
            return
        }
        #expect((2.2...2.6).contains(seconds))
        #expect(reason.contains("bytes") && reason.contains("no MPEG audio"))
    }

    @Test(arguments: [Data(count: 200_000), Data("TAG".utf8) + Data(count: 125), Data([0xFF])])
    func whatFollowsIsNoDamage(tail: Data) throws {
        let whole = try EncodedTone().bytes
        let sound = try HeardSound(whole + tail, ffmpeg: nil)
        #expect(abs(sound.seconds - 1) < 0.01)
        #expect(sound.warnings == [])
    }

    /// Of frames of many sizes the first tells nothing about the length.
    @Test func varyingBitRateWithoutALength() throws {
        let arguments = ["-af", "volume='if(between(t,1,3),0,1)':eval=frame", "-q:a", "4", "-write_xing", "0"]
        let sound = try HeardSound(EncodedTone(seconds: 8, arguments: arguments).bytes, ffmpeg: nil)
        #expect(abs(sound.seconds - 8) < 0.1)
        #expect(sound.isTone(440, from: 3.5, to: 7.5))
        #expect(sound.warnings == [])
    }

    @Test func aCutIsToldByTheFirstFramesTag() throws {
        let whole = try EncodedTone(seconds: 5).bytes
        let sound = try HeardSound(whole.prefix(whole.count / 2), ffmpeg: nil)
        #expect((2...3).contains(sound.seconds))
        guard case .truncated(let present, let declared, "MPEG frames")? = sound.warnings.first else {
            Issue.record("\(sound.warnings)")
            return
        }
        #expect((85...100).contains(present) && (190...194).contains(declared))
    }

    @Test(arguments: [("mp2", ["-c:a", "mp2"]), ("mp3", ["-c:a", "libmp3lame"])])
    func withinAWAV(layer: String, arguments: [String]) throws {
        let wav = try EncodedTone(arguments: arguments, suffix: "wav").bytes
        let sound = try HeardSound(wav, ffmpeg: nil)
        #expect(abs(sound.seconds - 1) < 0.1)
        #expect(sound.isTone(440, from: 0.1, to: 0.9))
        #expect(sound.warnings == [])
        let cut = try HeardSound(wav.dropLast(wav.count / 3), ffmpeg: nil)
        guard case .truncated(_, _, "bytes")? = cut.warnings.first else {
            Issue.record("\(cut.warnings)")
            return
        }
    }

    @Test func framesAreBelievedOnlyInARow() {
        let frame = Data([0xFF, 0xFB, 0x90, 0x64]) + Data(count: 413)
        func first(_ bytes: Data) -> Int64? { MPEGHeader.firstFrame(in: ByteSource(bytes: bytes, name: "frames")) }
        #expect(first(frame + frame + frame + frame) == 0)
        #expect(first(Data(count: 9) + frame + frame) == 9)
        #expect(first(frame + Data(count: 500)) == nil)
        #expect(first(Data([0xFF, 0xFB, 0x90])) == nil)
        #expect(first(Data()) == nil)
    }
}

/// The length of the tags before an MP3.
private enum ID3Length {
    static func of(_ bytes: Data) -> Int { Int(ID3Tag.end(in: ByteSource(bytes: bytes, name: "tags"))) }
}
