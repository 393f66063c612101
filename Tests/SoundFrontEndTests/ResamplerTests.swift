import Foundation
import Testing

@testable import SoundFrontEnd

struct ResamplerTests {
    private struct Case: Decodable {
        let from: Int
        let to: Int
        let output: [Float]
    }

    /// Compares with SciPy's Fourier method, which is exact for this signal. libsoxr lets the passband sag by 0.01 dB
    /// (`SOXR_ROLLOFF_SMALL`), which is 3.5e-4 for tones of 0.3; a delay of a thousandth of a sample would be 7e-4.
    @Test func agreesWithTheReference() throws {
        let cases = try JSONDecoder().decode([Case].self, from: Data(contentsOf: fixture("resampled.json")))
        #expect(cases.count == 4)
        for reference in cases {
            let output = try resample(fadedTones(reference.from, reference.to), reference.from, reference.to)
            let difference = largestDifference(output, reference.output)
            #expect(difference < 3.5e-4, "\(reference.from) to \(reference.to): \(difference)")
        }
    }

    /// Frequencies above the new Nyquist limit are removed, not folded back.
    @Test func highTonesDoNotAlias() throws {
        let output = try resample(tone(10_000, rate: 44_100, count: 44_100), 44_100, 16_000)
        let loudest = output[1000..<15_000].map(abs).max() ?? 1
        #expect(loudest < 1e-5)
    }

    @Test func equalRatesPassThrough() throws {
        let input = pseudoNoise(500)
        #expect(try resample(input, 16_000, 16_000) == input)
    }

    @Test func ratesMustBePositive() {
        #expect(throws: SignalError.self) { try Resampler(from: 0, to: 16_000) }
        #expect(throws: SignalError.self) { try Resampler(from: 16_000, to: -1) }
    }

    /// One sample a second would become sixteen thousand.
    @Test(arguments: [1, 999, 768_001, .max])
    func ratesThatNoSoundHasAreRefused(rate: Int) {
        #expect(throws: SignalError.self) { try Resampler(from: rate, to: 16_000) }
        #expect(throws: SignalError.self) { try Resampler(from: 16_000, to: rate) }
    }

    private func resample(_ samples: [Float], _ from: Int, _ to: Int) throws -> [Float] {
        let resampler = try Resampler(from: from, to: to)
        return try resampler.process(samples) + resampler.finish()
    }

    /// Returns the signal of `resampled` in the fixtures' script.
    private func fadedTones(_ from: Int, _ to: Int) -> [Float] {
        let seconds = 0.12
        let nyquist = Double(min(from, to)) / 2
        return (0..<Int((Double(from) * seconds).rounded())).map { n in
            let time = Double(n) / Double(from)
            let tones = [0.05, 0.31, 0.79].map { 0.3 * sin(2 * .pi * $0 * nyquist * time + $0) }
            return Float(pow(sin(.pi * time / seconds), 8) * tones.reduce(0, +))
        }
    }
}
