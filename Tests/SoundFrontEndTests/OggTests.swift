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

    /// Counted packets give what libsndfile decodes.
    @Test(arguments: [(8_000, 1), (22_050, 2), (44_100, 1), (48_000, 2)]) func vorbisPacketsTellTheLength(
        rate: Int, channels: Int
    ) throws {
        let arguments = ["-c:a", "libvorbis", "-ac", "\(channels)"]
        let bytes = try EncodedTone(rate: rate, seconds: 3.3, arguments: arguments, suffix: "ogg").bytes
        var length = VorbisLength()
        for page in OggPages(ByteSource(bytes: bytes, name: "ogg")) {
            length.add(lacing: page.lacing, body: Array(bytes[page.body.lowerBound..<page.body.upperBound]))
        }
        // The last block is longer than what is left of the sound.
        let outside = Double(length.frames) / Double(rate) - (try HeardSound(bytes, ffmpeg: nil)).seconds
        #expect((0..<0.06).contains(outside))
        #expect(try HeardSound(bytes, ffmpeg: nil).warnings == [])
    }

    @Test func soundOutsideOfThePagesIsSaid() throws {
        let bytes = try EncodedTone(rate: 16_000, seconds: 5, arguments: ["-c:a", "libvorbis"], suffix: "ogg").bytes
        let sound = try HeardSound(moved(bytes, by: -12_000), ffmpeg: nil)
        #expect(abs(sound.seconds - 4.25) < 0.05)
        guard case .outside(let seconds)? = sound.warnings.first else {
            Issue.record("\(sound.warnings)")
            return
        }
        #expect(abs(seconds - 0.75) < 0.06)
        // A part of a longer stream begins late and lacks nothing.
        let part = try HeardSound(moved(bytes, by: 160_000), ffmpeg: nil)
        #expect(abs(part.seconds - 5) < 0.05)
        #expect(part.warnings == [])
    }

    /// The same pages at other positions.
    private func moved(_ bytes: Data, by frames: Int64) -> Data {
        var bytes = bytes
        for page in OggPages(ByteSource(bytes: bytes, name: "ogg")) where page.granule > 0 {
            let head = Int(page.offset)..<Int(page.body.lowerBound)
            withUnsafeBytes(of: (page.granule + frames).littleEndian) {
                bytes.replaceSubrange(head.lowerBound + 6..<head.lowerBound + 14, with: $0)
            }
            bytes.replaceSubrange(head.lowerBound + 22..<head.lowerBound + 26, with: [0, 0, 0, 0])
            let sum = OggPages.checksum(Array(bytes[head]), Array(bytes[page.body.lowerBound..<page.body.upperBound]))
            withUnsafeBytes(of: sum.littleEndian) {
                bytes.replaceSubrange(head.lowerBound + 22..<head.lowerBound + 26, with: $0)
            }
        }
        return bytes
    }
}
