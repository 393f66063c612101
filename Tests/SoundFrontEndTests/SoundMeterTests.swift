import Foundation
import SoundFrontEnd
import Testing

@Suite struct SoundMeterTests {
    private static let rate = 16_000

    private static func traits(_ samples: [Float], block: Int = 4096) throws -> SoundTraits? {
        let meter = try SoundMeter(sampleRate: rate)
        for start in stride(from: 0, to: samples.count, by: block) {
            meter.add(Array(samples[start..<min(start + block, samples.count)]))
        }
        return meter.traits
    }

    private static func tone(_ frequency: Double, amplitude: Float = 1, seconds: Double = 2) -> [Float] {
        (0..<Int(seconds * Double(rate))).map {
            amplitude * Float(sin(2 * .pi * frequency * Double($0) / Double(rate)))
        }
    }

    @Test(arguments: [(500.0, Float(1)), (3000, 0.1)])
    func aToneHasItsLevelAndFrequency(frequency: Double, amplitude: Float) throws {
        let traits = try #require(try Self.traits(Self.tone(frequency, amplitude: amplitude)))
        #expect(abs(traits.loudness - (20 * log10(Double(amplitude)) - 3)) < 0.6)
        #expect(abs(traits.brightness - frequency) < 0.15 * frequency)
        #expect(traits.onsetRate == 0 && traits.contrast <= 1)
    }

    @Test func onsetsAreCounted() throws {
        let beat = [Float](repeating: 0, count: 3200) + Self.tone(800, seconds: 0.05)
        let samples = (0..<16).flatMap { _ in beat }
        let traits = try #require(try Self.traits(samples))
        #expect(abs(traits.onsetRate - 4) < 0.3)
        #expect(traits.contrast > 60)
    }

    /// Digital silence between sounds does not make them quieter.
    @Test func pausesDoNotCountAsLoudness() throws {
        let tone = Self.tone(1000, amplitude: 0.5)
        let alone = try #require(try Self.traits(tone))
        let paused = try #require(try Self.traits(tone + [Float](repeating: 0, count: 80_000)))
        #expect(abs(alone.loudness - paused.loudness) < 0.1)
    }

    @Test func blocksOfAnySizeMeasureTheSame() throws {
        let samples = (0..<9).flatMap { Self.tone(200 * Double($0 + 1), amplitude: 0.1 * Float($0 + 1), seconds: 0.17) }
        let expected = try Self.traits(samples)
        for block in [1, 7, 320, 100_000] { #expect(try Self.traits(samples, block: block) == expected) }
    }

    @Test func silenceHasNoTraits() throws {
        #expect(try Self.traits([Float](repeating: 0, count: 16_000)) == nil)
        #expect(try Self.traits([]) == nil)
        #expect(throws: SignalError.self) { try SoundMeter(sampleRate: 10) }
    }
}
