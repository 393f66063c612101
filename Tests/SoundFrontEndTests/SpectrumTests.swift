import Foundation
import Testing

@testable import SoundFrontEnd

/// The transform, the mel scale and the log-mel spectrogram.
struct SpectrumTests {
    private struct Reference: Decodable {
        let tensorflow: [Float]
        let logMagnitude: [Float]
        let logPower: [Float]
    }

    private let reference: Reference

    init() throws {
        reference = try JSONDecoder().decode(Reference.self, from: Data(contentsOf: fixture("mel.json")))
    }

    @Test(arguments: [1, 2, 3, 16, 60, 509, 512])
    func transformAgreesWithTheDefinition(length: Int) throws {
        let transform = try FourierTransform(length: length)
        let workspace = FourierTransform.Workspace(transform)
        let samples = pseudoNoise(length)
        for n in 0..<length { workspace.samples[n] = samples[n] }
        workspace.run()
        for k in 0..<transform.binCount {
            var (real, imaginary) = (0.0, 0.0)
            for n in 0..<length {
                let angle = -2 * Double.pi * Double(k * n) / Double(length)
                real += Double(samples[n]) * cos(angle)
                imaginary += Double(samples[n]) * sin(angle)
            }
            // The error is that of single precision in a sum of `length` values up to 1.
            let floor = 1e-6 * Double(length)
            #expect(abs(Double(workspace.spectrum[2 * k]) - real) <= floor)
            #expect(abs(Double(workspace.spectrum[2 * k + 1]) - imaginary) <= floor)
        }
    }

    @Test(arguments: [1, 2, 3, 509, 512]) func aPreciseTransformAgreesWithTheDefinition(length: Int) throws {
        let transform = try RealFourierTransform<Double>(length: length)
        let workspace = RealFourierTransform.Workspace(transform)
        let samples = pseudoNoise(length).map(Double.init)
        for n in 0..<length { workspace.samples[n] = samples[n] }
        workspace.run()
        for k in 0..<transform.binCount {
            var (real, imaginary) = (0.0, 0.0)
            for n in 0..<length {
                let angle = -2 * Double.pi * Double(k * n % length) / Double(length)
                real += samples[n] * cos(angle)
                imaginary += samples[n] * sin(angle)
            }
            let floor = 1e-14 * Double(length)
            #expect(abs(workspace.spectrum[2 * k] - real) <= floor)
            #expect(abs(workspace.spectrum[2 * k + 1] - imaginary) <= floor)
        }
    }

    @Test func oneTransformServesManyThreads() async throws {
        let transform = try FourierTransform(length: 512)
        let first = spectrum(transform)
        await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<8 { group.addTask { (0..<50).allSatisfy { _ in spectrum(transform) == first } } }
            for await same in group { #expect(same) }
        }
    }

    @Test func aFilterbankAgreesWithTheReference() throws {
        #expect(largestDifference(try filterbank().matrix, reference.tensorflow) < 1e-6)
    }

    @Test func aGivenMatrixComesBack() throws {
        let matrix: [Float] = [0, 0, 1, 0, 0, 0, 2, -1, 0, 0, 0, 0]
        let filterbank = try MelFilterbank(matrix: matrix, binCount: 4)
        #expect(filterbank.bandCount == 3)
        #expect(filterbank.matrix == matrix)
    }

    /// Compares single precision, through a transform, a sum and a logarithm, with double precision.
    @Test func logMelAgreesWithTheReference() throws {
        let magnitude = try LogMel(
            window: WindowFunction.hann.weights(length: 400), hop: 160, transformLength: 512,
            filterbank: filterbank(), spectrum: .magnitude, offset: 0.001)
        #expect(largestDifference(magnitude(pseudoNoise(1200)), reference.logMagnitude) < 2e-5)
        let power = try LogMel(
            window: WindowFunction.hann.weights(length: 320), hop: 200, transformLength: 512,
            filterbank: filterbank(), spectrum: .power, offset: 0.001)
        #expect(largestDifference(power(pseudoNoise(1200)), reference.logPower) < 2e-5)
    }

    @Test func frameCounts() throws {
        let logMel = try small(window: 4, hop: 3)
        #expect([0, 3, 4, 6, 7, 10].map(logMel.frameCount(sampleCount:)) == [0, 0, 1, 1, 2, 3])
        #expect(logMel([]).isEmpty)
        #expect(logMel([1, 2, 3]).isEmpty)
        #expect(logMel([0, 0, 0, 0]) == Array(repeating: logf(0.5), count: 2))
    }

    @Test func settingsAreChecked() {
        #expect(throws: SignalError.self) { try FourierTransform(length: 0) }
        #expect(throws: SignalError.self) { try FourierTransform(length: 1 << 25) }
        #expect(throws: SignalError.self) { try MelFilterbank(matrix: [1, 2, 3], binCount: 2) }
        #expect(throws: SignalError.self) { try MelFilterbank(matrix: [], binCount: 2) }
        for range in [-1.0...100, 0.0...8001, 500.0...500] {
            #expect(throws: SignalError.self) {
                try MelFilterbank(bandCount: 4, transformLength: 64, sampleRate: 16_000, frequencies: range)
            }
        }
        #expect(throws: SignalError.self) { try small(window: 0, hop: 1) }
        #expect(throws: SignalError.self) { try small(window: 9, hop: 1) }
        #expect(throws: SignalError.self) { try small(window: 4, hop: 0) }
        #expect(throws: SignalError.self) { try small(window: 4, hop: 1, bins: 6) }
        #expect(throws: SignalError.self) { try small(window: 4, hop: 1, offset: 0) }
    }

    private func filterbank() throws -> MelFilterbank {
        try MelFilterbank(bandCount: 64, transformLength: 512, sampleRate: 16_000, frequencies: 125...7500)
    }

    private func small(window: Int, hop: Int, bins: Int = 5, offset: Float = 0.5) throws -> LogMel {
        try LogMel(
            window: WindowFunction.rectangular.weights(length: window), hop: hop, transformLength: 8,
            filterbank: MelFilterbank(matrix: Array(repeating: 1, count: bins * 2), binCount: bins),
            spectrum: .magnitude, offset: offset)
    }

    private func spectrum(_ transform: FourierTransform) -> [Float] {
        let workspace = FourierTransform.Workspace(transform)
        for (n, sample) in pseudoNoise(transform.length).enumerated() { workspace.samples[n] = sample }
        workspace.run()
        return Array(workspace.spectrum)
    }
}
