import Foundation

/// The logarithmic mel spectrogram of a stretch of sound.
///
/// A frame of `window.count` samples, one every `hop`, is weighted by the window, padded with zeros to the transform's
/// length, transformed, turned into magnitudes or powers, and gathered into mel bands; the result is log(band +
/// offset), the natural logarithm. Only whole frames count; nothing is padded or centred.
public struct LogMel: Sendable {
    public enum Spectrum: String, Codable, Sendable {
        /// The magnitude |X|.
        case magnitude
        /// The power |X|².
        case power
    }

    public let hop: Int
    public let spectrum: Spectrum
    /// Number added before the logarithm; silence gives the logarithm of it.
    public let offset: Float
    public let window: [Float]
    public let filterbank: MelFilterbank
    private let transform: FourierTransform

    /// Throws ``SignalError`` where the window is empty or longer than the transform, the filterbank has another number
    /// of bins than the transform, `hop` is not positive or `offset` not a positive finite number.
    public init(
        window: [Float], hop: Int, transformLength: Int, filterbank: MelFilterbank, spectrum: Spectrum, offset: Float
    ) throws(SignalError) {
        transform = try FourierTransform(length: transformLength)
        guard (1...transformLength).contains(window.count) else {
            throw .setting(
                name: "frame length", value: "\(window.count)",
                expected: "1 to the transform's length, \(transformLength)")
        }
        guard hop > 0 else {
            throw .setting(name: "frame hop", value: "\(hop)", expected: "a positive number of samples")
        }
        guard filterbank.binCount == transform.binCount else {
            throw .setting(
                name: "mel matrix", value: "made for \(filterbank.binCount) bins", expected: "\(transform.binCount)")
        }
        guard offset > 0, offset.isFinite else {
            throw .setting(name: "log offset", value: "\(offset)", expected: "a positive number")
        }
        self.window = window
        self.hop = hop
        self.filterbank = filterbank
        self.spectrum = spectrum
        self.offset = offset
    }

    public var bandCount: Int { filterbank.bandCount }

    /// Number of frames in `sampleCount` samples: none where they are fewer than a frame.
    public func frameCount(sampleCount: Int) -> Int {
        sampleCount < window.count ? 0 : (sampleCount - window.count) / hop + 1
    }

    /// The spectrogram of `samples`, `[frames, bands]` row by row.
    public func callAsFunction(_ samples: [Float]) -> [Float] {
        let frames = frameCount(sampleCount: samples.count)
        let workspace = FourierTransform.Workspace(transform)
        var lines = [Float](repeating: 0, count: transform.binCount)
        return [Float](unsafeUninitializedCapacity: frames * bandCount) { result, count in
            count = frames * bandCount
            for frame in 0..<frames {
                load(samples, from: frame * hop, into: workspace.samples)
                workspace.run()
                measure(workspace.spectrum, into: &lines)
                let row = UnsafeMutableBufferPointer(rebasing: result[frame * bandCount..<(frame + 1) * bandCount])
                lines.withUnsafeBufferPointer { filterbank.apply($0, to: row) }
                for band in row.indices { row[band] = logf(row[band] + offset) }
            }
        }
    }

    /// Copies the weighted frame to `target`. The part beyond the window is zero from the beginning and stays so.
    private func load(_ samples: [Float], from start: Int, into target: UnsafeMutableBufferPointer<Float>) {
        samples.withUnsafeBufferPointer { samples in
            window.withUnsafeBufferPointer { window in
                for n in window.indices { target[n] = samples[start + n] * window[n] }
            }
        }
    }

    private func measure(_ bins: UnsafeMutableBufferPointer<Float>, into lines: inout [Float]) {
        for bin in lines.indices {
            let power = bins[2 * bin] * bins[2 * bin] + bins[2 * bin + 1] * bins[2 * bin + 1]
            lines[bin] = spectrum == .power ? power : power.squareRoot()
        }
    }
}
