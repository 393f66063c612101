import Foundation
import TestSupport
import Testing

@testable import SoundFrontEnd

/// Ogg files that lack pages, end, or are mixed with other bytes.
struct OggTests {
    /// Five seconds of Opus: a page a second.
    private func pages() throws -> (bytes: Data, pages: [OggPages.Page]) {
        let bytes = try EncodedTone(rate: 48_000, seconds: 5, arguments: ["-c:a", "libopus"], suffix: "ogg").bytes
        return (bytes, Array(OggPages(ByteSource(bytes: bytes, name: "ogg"))))
    }

    @Test func everyPageIsFound() throws {
        let (bytes, pages) = try pages()
        #expect(pages.count >= 6)
        #expect(pages.first?.offset == 0)
        #expect(pages.last?.body.upperBound == Int64(bytes.count))
        #expect(pages.map(\.sequence) == (0..<UInt32(pages.count)).map { $0 })
        #expect(pages.first?.isFirst == true && pages.last?.isLast == true)
    }

    @Test(arguments: [true, false]) func aLostPageIsSaid(isMissing: Bool) throws {
        var (bytes, pages) = try pages()
        let lost = pages[4]
        if isMissing {
            bytes.removeSubrange(Int(lost.offset)..<Int(lost.body.upperBound))
        } else {
            bytes[Int(lost.body.lowerBound) + 5] ^= 0x55
        }
        let sound = try HeardSound(bytes, ffmpeg: nil)
        #expect(sound.isTone(440, from: 0.1, to: 1.9))
        #expect(sound.isTone(440, from: sound.seconds - 0.9, to: sound.seconds - 0.1))
        #expect(sound.warnings.first == .gap(seconds: 2, reason: "an Ogg page is missing or damaged"))
    }

    @Test func whatFollowsIsNoDamage() throws {
        let (bytes, _) = try pages()
        let whole = try HeardSound(bytes, ffmpeg: nil)
        for tail in [Data(count: 200_000), Data("some words".utf8), Data("OggS".utf8)] {
            let sound = try HeardSound(bytes + tail, ffmpeg: nil)
            #expect(sound.samples == whole.samples)
            #expect(sound.warnings == [])
        }
    }

    @Test func anID3TagMayPrecede() throws {
        let tag = Data("ID3".utf8) + Data([4, 0, 0, 0, 0, 1, 0]) + Data(count: 128)
        for name in ["tone.ogg", "tone.opus", "tone.flac", "tone.aiff"] {
            let bytes = try Data(contentsOf: fixture(name))
            #expect(try HeardSound(tag + bytes, ffmpeg: nil).samples == HeardSound(bytes, ffmpeg: nil).samples)
        }
    }

    /// Native FLAC within Ogg's pages is read as the file of its own is.
    @Test func flacInOgg() throws {
        let plain = try EncodedTone(rate: 22_050, suffix: "flac").bytes
        let ogg = try EncodedTone(rate: 22_050, arguments: ["-c:a", "flac"], suffix: "ogg").bytes
        #expect(try HeardSound(ogg, ffmpeg: nil).samples == HeardSound(plain, ffmpeg: nil).samples)
        #expect(try HeardSound(ogg, ffmpeg: nil).warnings == [])
    }
}
