import Foundation
import TestSupport
import Testing

@testable import SoundFrontEnd

/// Every encoding, from a path, from memory and from a pipe.
struct AudioFileTests {
    /// The noise-to-signal limit is one step of the encoding, or for lossy encodings up to twice the measured value.
    @Test(arguments: [
        ("pcm_u8", 0.022), ("pcm_16", 8.6e-5), ("pcm_24", 3.4e-7), ("pcm_32", 1e-7), ("float", 1e-7), ("double", 1e-7),
        ("ulaw", 0.03), ("alaw", 0.025), ("ima_adpcm", 0.065), ("ms_adpcm", 0.05), ("gsm610", 0.06),
    ])
    func everyWAVEncodingIsRead(encoding: String, tolerance: Double) throws {
        let file = try AudioFile(path: fixture("\(encoding).wav").path)
        #expect(file.info.sampleRate == 8000)
        #expect(file.info.channelCount == 1)
        let samples = try Waveform(file, sampleRate: 8000).allSamples()
        // Block encodings begin and end on whole blocks and take part of the first to adapt.
        #expect((1440...2100).contains(samples.count))
        let middle = 400..<1400
        let expected = tone(440, rate: 8000, count: 1440)[middle]
        let noise = zip(samples[middle], expected).map { pow(Double($0 - $1), 2) }.reduce(0, +)
        let ratio = (noise / expected.map { pow(Double($0), 2) }.reduce(0, +)).squareRoot()
        #expect(ratio <= tolerance, "\(encoding): \(ratio)")
    }

    @Test(arguments: [
        ("flac", 44_100, 4e-5), ("aiff", 44_100, 4e-5), ("ogg", 44_100, 0.05), ("opus", 48_000, 0.1),
        ("mp3", 44_100, 0.1),
    ])
    func everyContainerIsRead(suffix: String, rate: Int, tolerance: Double) throws {
        let file = try AudioFile(path: fixture("tone.\(suffix)").path)
        #expect(file.info.sampleRate == rate)
        #expect(file.info.channelCount == 2)
        let samples = try allSamples(file)
        let left = stride(from: 0, to: samples.count, by: 2).map { samples[$0] }
        let right = stride(from: 1, to: samples.count, by: 2).map { samples[$0] }
        let count = rate * 3 / 10
        #expect(left.count == count)
        // Lossy encodings need a moment at either end.
        let middle = count / 10..<min(count, left.count) * 9 / 10
        let expectedLeft = Array(tone(440, rate: Double(rate), count: count)[middle])
        let expectedRight = Array(tone(880, rate: Double(rate), count: count, amplitude: 0.25)[middle])
        #expect(largestDifference(Array(left[middle]), expectedLeft) <= Float(tolerance))
        #expect(largestDifference(Array(right[middle]), expectedRight) <= Float(tolerance))
    }

    @Test(arguments: ["flac", "aiff", "ogg", "opus", "mp3"])
    func memoryAndPipeGiveWhatThePathGives(suffix: String) throws {
        let url = fixture("tone.\(suffix)")
        let fromPath = try allSamples(AudioFile(path: url.path))
        let fromMemory = try allSamples(AudioFile(bytes: Data(contentsOf: url), name: "memory"))
        let pipe = Pipe()
        let bytes = try Data(contentsOf: url)
        let writer = pipe.fileHandleForWriting
        Thread.detachNewThread {
            try? writer.write(contentsOf: bytes)
            try? writer.close()
        }
        let fromPipe = try allSamples(AudioFile(spooling: pipe.fileHandleForReading, name: "pipe"))
        #expect(fromPath == fromMemory)
        #expect(fromPath == fromPipe)
    }

    /// The decoder keeps the reason for a failed opening in a global variable.
    @Test func manyAtOnceDoNotMixTheirErrors() async {
        let damaged = AudioFileError.Problem.damaged(reason: "Error in WAV file: No 'data' chunk marker")
        await withTaskGroup(of: Bool.self) { group in
            for task in 0..<8 {
                let isDamaged = task.isMultiple(of: 2)
                let bytes = isDamaged ? SoundBytes(samples: [0]).wav.prefix(30) : Data("words, no sound".utf8)
                group.addTask {
                    (0..<200).allSatisfy { _ in
                        do throws(AudioFileError) {
                            _ = try AudioFile(ByteSource(bytes: bytes, name: "bad"), ffmpeg: nil)
                            return false
                        } catch {
                            return error.problem == (isDamaged ? damaged : .notAudio)
                        }
                    }
                }
            }
            for await asExpected in group { #expect(asExpected) }
        }
    }

    @Test func theNameDoesNotMatter() throws {
        let folder = try TemporaryFolder()
        let disguised = try folder.copy(fixture("tone.flac"), to: "tone.png")
        #expect(try AudioFile(path: disguised.path).info.frameCount == 13_230)
    }

    @Test func infoTellsTheDuration() throws {
        #expect(try AudioFile(path: fixture("tone.flac").path).info.duration == 0.3)
        #expect(try AudioFile(path: fixture("tone.mp3").path).info.duration == nil)
    }

    @Test func blocksAreBounded() throws {
        let sound = SoundBytes(sampleRate: 192_000, channelCount: 6, samples: Array(repeating: 0.25, count: 300_000))
        let file = try AudioFile(bytes: sound.wav, name: "long")
        var total = 0
        while let block = try file.nextBlock() {
            #expect(block.samples.count <= 65_536)
            #expect(block.samples.count.isMultiple(of: 6))
            #expect(block.channelCount == 6 && block.sampleRate == 192_000)
            total += block.samples.count
        }
        #expect(total == 300_000)
        #expect(try file.nextBlock() == nil)
    }

    private func allSamples(_ file: AudioFile) throws -> [Float] {
        var samples: [Float] = []
        while let block = try file.nextBlock() { samples += block.samples }
        return samples
    }
}
