import Foundation
import Testing

@testable import SoundFrontEnd

struct WaveformWindowsTests {
    /// A simple twin: the rule of the type's documentation, applied to the whole waveform at once.
    private func expected(_ samples: [Float], length: Int, hop: Int) -> [WaveformWindow] {
        guard !samples.isEmpty else { return [] }
        guard samples.count >= length else {
            let padding = [Float](repeating: 0, count: length - samples.count)
            return [WaveformWindow(start: 0, samples: samples + padding, padding: padding.count)]
        }
        var starts = Array(stride(from: 0, through: samples.count - length, by: hop))
        if starts[starts.count - 1] + length < samples.count { starts.append(samples.count - length) }
        return starts.map { WaveformWindow(start: $0, samples: Array(samples[$0..<$0 + length])) }
    }

    @Test(arguments: [(4, 2), (4, 4), (5, 1), (7, 3), (1, 1)])
    func agreesWithTheObviousTwin(length: Int, hop: Int) throws {
        for count in 0...40 {
            let samples = (0..<count).map { Float($0 + 1) }
            for blockSize in [1, 3, 100] {
                var start = 0
                let waveform = try Waveform(sampleRate: 10, resampledTo: 10) {
                    guard start < count else { return nil }
                    defer { start += blockSize }
                    return Array(samples[start..<min(start + blockSize, count)])
                }
                let windows = try all(WaveformWindows(waveform, length: length, hop: hop))
                #expect(windows == expected(samples, length: length, hop: hop), "\(count) samples by \(blockSize)")
            }
        }
    }

    @Test func theExampleOfTheDocumentation() throws {
        let waveform = try Waveform(samples: [1, 2, 3, 4, 5, 6, 7], sampleRate: 1)
        let windows = try all(WaveformWindows(waveform, length: 4, hop: 2))
        #expect(windows.map(\.samples) == [[1, 2, 3, 4], [3, 4, 5, 6], [4, 5, 6, 7]])
        #expect(windows.map(\.start) == [0, 2, 3])
    }

    @Test(arguments: [(0, 1), (4, 0), (4, 5), (-1, -1)])
    func settingsAreChecked(length: Int, hop: Int) {
        #expect(throws: SignalError.self) {
            try WaveformWindows(Waveform(samples: [1], sampleRate: 1), length: length, hop: hop)
        }
    }

    private func all(_ windows: WaveformWindows) throws -> [WaveformWindow] {
        var result: [WaveformWindow] = []
        while let window = try windows.next() { result.append(window) }
        #expect(try windows.next() == nil)
        return result
    }
}
