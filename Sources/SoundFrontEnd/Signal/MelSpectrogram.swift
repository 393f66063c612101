import Foundation

/// The mel spectrogram of a stretch of sound, without a logarithm.
///
/// A frame of `frameLength` samples, one every `hop`, is weighted by the window, padded with zeros to the
/// transform's length, transformed, turned into magnitudes or powers, and gathered into mel bands. Only whole frames count;
/// nothing is padded or centred.
public struct MelSpectrogram: Sendable {
    public enum Spectrum: String, Codable, Sendable {
        /// The magnitude |X|.
        case magnitude
        /// The power |X|².
        case power
    }

    /// Samples of a frame.
    public let frameLength: Int
    public let hop: Int
    public let spectrum: Spectrum
    public let filterbank: MelFilterbank
    private let way: Way

    /// The way from a frame to a spectrum.
    private enum Way: Sendable {
        case plain(FourierTransform, window: [Float])
        case emphasised(RealFourierTransform<Double>, window: [Double], share: Double)
    }

    /// Throws ``SignalError`` where the window is empty or longer than the transform, the filterbank has another number
    /// of bins than the transform, or `hop` is not positive.
    public init(
        window: [Float], hop: Int, transformLength: Int, filterbank: MelFilterbank, spectrum: Spectrum
    ) throws(SignalError) {
        way = .plain(try FourierTransform(length: transformLength), window: window)
        (frameLength, self.hop, self.filterbank, self.spectrum) = (window.count, hop, filterbank, spectrum)
        try check(transformLength)
    }

    /// The powers of frames whose mean is taken away first, then that share of the sample before from each sample (Kaldi's
    /// `remove_dc_offset` and `preemphasis_coefficient`); the first sample stands for the one before it. In double precision up to
    /// the powers: what is left of bands far below the loudest has a logarithm without a floor. Throws as the initialiser above.
    public init(
        window: [Double], hop: Int, transformLength: Int, filterbank: MelFilterbank, emphasis: Double
    ) throws(SignalError) {
        way = .emphasised(try RealFourierTransform(length: transformLength), window: window, share: emphasis)
        (frameLength, self.hop, self.filterbank, spectrum) = (window.count, hop, filterbank, .power)
        try check(transformLength)
    }

    private func check(_ transformLength: Int) throws(SignalError) {
        guard (1...transformLength).contains(frameLength) else {
            throw .setting(
                name: "frame length", value: "\(frameLength)",
                expected: "1 to the transform's length, \(transformLength)")
        }
        guard hop > 0 else {
            throw .setting(name: "frame hop", value: "\(hop)", expected: "a positive number of samples")
        }
        let bins = transformLength / 2 + 1
        guard filterbank.binCount == bins else {
            throw .setting(
                name: "mel matrix", value: "made for \(filterbank.binCount) bins", expected: "\(bins)")
        }
    }

    public var bandCount: Int { filterbank.bandCount }

    /// Number of frames in `sampleCount` samples: none where they are fewer than a frame.
    public func frameCount(sampleCount: Int) -> Int {
        sampleCount < frameLength ? 0 : (sampleCount - frameLength) / hop + 1
    }

    /// The spectrogram of `samples`, `[frames, bands]` row by row.
    public func callAsFunction(_ samples: [Float]) -> [Float] {
        switch way {
        case .plain(let transform, let window):
            let workspace = FourierTransform.Workspace(transform)
            return bands(of: samples) { frame, lines in
                weigh(frame, by: window, into: workspace.samples)
                workspace.run()
                measure(workspace.spectrum, into: &lines)
            }
        case .emphasised(let transform, let window, let share):
            let workspace = RealFourierTransform.Workspace(transform)
            return bands(of: samples) { frame, lines in
                emphasise(frame, by: share, window, into: workspace.samples)
                workspace.run()
                measure(workspace.spectrum, into: &lines)
            }
        }
    }

    private func bands(
        of samples: [Float], lines measured: (_ frame: UnsafeBufferPointer<Float>, _ lines: inout [Float]) -> Void
    ) -> [Float] {
        let frames = frameCount(sampleCount: samples.count)
        var lines = [Float](repeating: 0, count: filterbank.binCount)
        return [Float](unsafeUninitializedCapacity: frames * bandCount) { result, count in
            count = frames * bandCount
            samples.withUnsafeBufferPointer { samples in
                for frame in 0..<frames {
                    measured(UnsafeBufferPointer(rebasing: samples[frame * hop..<frame * hop + frameLength]), &lines)
                    let row = UnsafeMutableBufferPointer(rebasing: result[frame * bandCount..<(frame + 1) * bandCount])
                    lines.withUnsafeBufferPointer { filterbank.apply($0, to: row) }
                }
            }
        }
    }

    /// Writes the weighted frame. The part of `target` beyond it is zero from the beginning and stays so.
    private func weigh(
        _ frame: UnsafeBufferPointer<Float>, by window: [Float], into target: UnsafeMutableBufferPointer<Float>
    ) {
        window.withUnsafeBufferPointer { window in
            for n in window.indices { target[n] = frame[n] * window[n] }
        }
    }

    private func emphasise(
        _ frame: UnsafeBufferPointer<Float>, by share: Double, _ window: [Double],
        into target: UnsafeMutableBufferPointer<Double>
    ) {
        let mean = frame.reduce(0.0) { $0 + Double($1) } / Double(frame.count)
        for n in frame.indices {
            let (before, sample) = (Double(frame[max(0, n - 1)]) - mean, Double(frame[n]) - mean)
            target[n] = (sample - share * before) * window[n]
        }
    }

    private func measure<Number: BinaryFloatingPoint>(
        _ bins: UnsafeMutableBufferPointer<Number>, into lines: inout [Float]
    ) {
        for bin in lines.indices {
            let power = Float(bins[2 * bin] * bins[2 * bin] + bins[2 * bin + 1] * bins[2 * bin + 1])
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
