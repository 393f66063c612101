import Foundation

/// The mel spectrogram of a stretch of sound, without a logarithm.
///
/// A frame of `window.count` samples, one every `hop`, is prepared, weighted by the window, padded with zeros to the
/// transform's length, transformed, turned into magnitudes or powers, and gathered into mel bands. Only whole frames count;
/// nothing is padded or centred.
public struct MelSpectrogram: Sendable {
    public enum Spectrum: String, Codable, Sendable {
        /// The magnitude |X|.
        case magnitude
        /// The power |X|².
        case power
    }

    /// What happens to a frame before it is weighted.
    public enum Preparation: Equatable, Sendable {
        case none
        /// Its mean is taken away, then that share of the sample before from each sample (Kaldi's `remove_dc_offset` and
        /// `preemphasis_coefficient`); the first sample stands for the one before it.
        case centredAndEmphasised(Float)
    }

    public let hop: Int
    public let spectrum: Spectrum
    public let window: [Float]
    public let filterbank: MelFilterbank
    private let preparation: Preparation
    private let transform: FourierTransform

    /// Throws ``SignalError`` where the window is empty or longer than the transform, the filterbank has another number
    /// of bins than the transform, or `hop` is not positive.
    public init(
        window: [Float], hop: Int, transformLength: Int, filterbank: MelFilterbank, spectrum: Spectrum,
        preparation: Preparation = .none
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
        (self.window, self.hop, self.filterbank) = (window, hop, filterbank)
        (self.spectrum, self.preparation) = (spectrum, preparation)
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
            }
        }
    }

    /// Copies the weighted frame to `target`. The part beyond the window is zero from the beginning and stays so.
    private func load(_ samples: [Float], from start: Int, into target: UnsafeMutableBufferPointer<Float>) {
        samples.withUnsafeBufferPointer { samples in
            let frame = UnsafeBufferPointer(rebasing: samples[start..<start + window.count])
            window.withUnsafeBufferPointer { window in
                switch preparation {
                case .none: for n in window.indices { target[n] = frame[n] * window[n] }
                case .centredAndEmphasised(let share): emphasise(frame, by: Double(share), window, into: target)
                }
            }
        }
    }

    /// Differences of neighbours are small beside them, so they are taken in double precision.
    private func emphasise(
        _ frame: UnsafeBufferPointer<Float>, by share: Double, _ window: UnsafeBufferPointer<Float>,
        into target: UnsafeMutableBufferPointer<Float>
    ) {
        let mean = frame.reduce(0.0) { $0 + Double($1) } / Double(frame.count)
        for n in frame.indices {
            let (before, sample) = (Double(frame[max(0, n - 1)]) - mean, Double(frame[n]) - mean)
            target[n] = Float((sample - share * before) * Double(window[n]))
        }
    }

    private func measure(_ bins: UnsafeMutableBufferPointer<Float>, into lines: inout [Float]) {
        for bin in lines.indices {
            let power = bins[2 * bin] * bins[2 * bin] + bins[2 * bin + 1] * bins[2 * bin + 1]
            lines[bin] = spectrum == .power ? power : power.squareRoot()
        }
    }
}

extension [Float] {
    /// The samples with `count` more at either end, mirrored at the first and the last, which are not repeated: the “reflect”
    /// of NumPy and PyTorch.
    public func reflected(by count: Int) -> [Float] {
        guard self.count > 1 else { return self.isEmpty ? [] : Array(repeating: self[0], count: 1 + 2 * count) }
        let period = 2 * (self.count - 1)
        func mirrored(_ index: Int) -> Float {
            let place = ((index % period) + period) % period
            return self[place < self.count ? place : period - place]
        }
        return (-count..<0).map(mirrored) + self + (self.count..<self.count + count).map(mirrored)
    }
}
