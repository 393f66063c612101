import Foundation
import Testing

@testable import SoundFrontEnd

struct StreamingMemoryTests {
    /// An hour of 48 kHz stereo takes 691 MB in the file and 1.4 GB as floats. The file is sparse: it takes no room.
    @Test func anHourNeedsNoMoreMemoryThanItsBeginning() throws {
        try withTemporaryDirectory { directory in
            let path = directory.appending(path: "hour.wav").path
            let dataSize: UInt32 = 48_000 * 4 * 3600
            let sound = SoundBytes(
                sampleRate: 48_000, channelCount: 2, samples: [], declaredDataSize: dataSize,
                declaredRIFFSize: 36 + dataSize)
            try sound.wav.write(to: URL(filePath: path))
            #expect(truncate(path, 44 + Int(dataSize)) == 0)
            let waveform = try Waveform(AudioFile(path: path), sampleRate: 16_000)
            let windows = try WaveformWindows(waveform, length: 15_600, hop: 7800)
            var (count, early, late) = (0, 0, 0)
            while try windows.next() != nil {
                count += 1
                guard count.isMultiple(of: 50) else { continue }
                // The first minute may still warm up allocators.
                if count <= 100 { early = max(early, residentBytes()) } else { late = max(late, residentBytes()) }
            }
            #expect(count == 1 + (3600 * 16_000 - 15_600 + 7799) / 7800)
            // Other tests run beside this one; they are small.
            #expect(late - early < 64 << 20, "\((late - early) >> 20) MiB more")
        }
    }

    private func residentBytes() -> Int {
        let pages = (try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8))?.split(separator: " ")
        return (pages.flatMap { Int($0[1]) } ?? 0) * Int(getpagesize())
    }
}
