import Foundation
import TestSupport
import Testing

@testable import SoundFrontEnd

/// WAV files written to a pipe, whose sizes were never filled in; they are read to their end.
struct OpenEndedWAVTests {
    private let samples = tone(440, rate: 16_000, count: 1000)

    /// Data sizes, then RIFF sizes, as written by ffmpeg, SoX, espeak-ng, Python's wave, and recorders that lost power.
    @Test(
        arguments: [
            (0xFFFF_FFFF, 0xFFFF_FFFF), (0x7FFF_FFFF, 0x7FFF_FFFF), (0x7FFF_F000, 0x7FFF_F024), (0, 36), (0, 0), (0, 8),
            (0, 0xFFFF_FFFF), (0x8000_0000, 0x8000_0024),
        ] as [(UInt32, UInt32)])
    func isReadToItsEnd(dataSize: UInt32, riffSize: UInt32) throws {
        let sound = SoundBytes(samples: samples, declaredDataSize: dataSize, declaredRIFFSize: riffSize)
        let file = try AudioFile(bytes: sound.wav, name: "streamed")
        #expect(file.info.frameCount == 1000)
        let read = try Waveform(file, sampleRate: 16_000).allSamples()
        #expect(largestDifference(read, samples) < 1e-4)
    }

    /// Beyond 4 GiB the header cannot even state the size. The file is sparse and takes no room.
    @Test func evenBeyondFourGibibytes() throws {
        let folder = try TemporaryFolder()
        let sound = SoundBytes(samples: [], declaredDataSize: 0xFFFF_FFFF, declaredRIFFSize: 0xFFFF_FFFF)
        let path = try folder.write("huge.wav", sound.wav).path
        #expect(truncate(path, 44 + 5 << 30) == 0)
        let expected = (Int64(44 + 5 << 30) - 44) / 2
        #expect(try AudioFile(path: path).info.frameCount == expected)
    }
}
