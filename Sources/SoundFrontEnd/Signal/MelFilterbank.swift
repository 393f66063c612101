import Foundation

/// Overlapping triangular filters, evenly spaced on the mel scale, that gather the bins of a spectrum into bands.
public struct MelFilterbank: Sendable {
    public let binCount: Int
    public let bandCount: Int
    /// The bins of each band with weights other than 0, and those weights end to end.
    private var ranges: [Range<Int>] = []
    private var weights: [Float] = []

    /// Takes a matrix as it is, `[bins, bands]` row by row, the layout of `tf.signal.linear_to_mel_weight_matrix`.
    ///
    /// Throws ``SignalError`` where `matrix` has not `binCount` rows of at least one band.
    public init(matrix: [Float], binCount: Int) throws(SignalError) {
        guard binCount > 0, !matrix.isEmpty, matrix.count.isMultiple(of: binCount) else {
            throw .setting(
                name: "mel matrix", value: "\(matrix.count) weights", expected: "a multiple of its \(binCount) rows")
        }
        self.binCount = binCount
        bandCount = matrix.count / binCount
        for band in 0..<bandCount {
            let column = (0..<binCount).map { matrix[$0 * bandCount + band] }
            let first = column.firstIndex { $0 != 0 } ?? 0
            let end = column.lastIndex { $0 != 0 }.map { $0 + 1 } ?? first
            ranges.append(first..<end)
            weights += column[first..<end]
        }
    }

    /// Computes the triangles in double precision for the spectrum of a real transform of `transformLength` samples, as
    /// `tf.signal.linear_to_mel_weight_matrix` does: straight over mels, 1 at their peaks, the bin of frequency 0 left
    /// out.
    ///
    /// `frequencies` runs from the lower foot of the first triangle to the upper foot of the last, in hertz. Throws
    /// ``SignalError`` where it exceeds 0...sampleRate/2, or a count is not positive.
    public init(
        bandCount: Int, transformLength: Int, sampleRate: Int, frequencies: ClosedRange<Double>
    ) throws(SignalError) {
        try Self.check(bandCount, transformLength, sampleRate, frequencies)
        let low = Self.mels(fromHertz: frequencies.lowerBound)
        let step = (Self.mels(fromHertz: frequencies.upperBound) - low) / Double(bandCount + 1)
        let corners = (0..<bandCount + 2).map { low + step * Double($0) }
        let binCount = transformLength / 2 + 1
        var matrix = [Float](repeating: 0, count: binCount * bandCount)
        for bin in 1..<binCount {
            let place = Self.mels(fromHertz: Double(bin) * Double(sampleRate) / Double(transformLength))
            for band in 0..<bandCount {
                let rising = (place - corners[band]) / (corners[band + 1] - corners[band])
                let falling = (corners[band + 2] - place) / (corners[band + 2] - corners[band + 1])
                matrix[bin * bandCount + band] = Float(max(0, min(rising, falling)))
            }
        }
        try self.init(matrix: matrix, binCount: binCount)
    }

    private static func check(
        _ bandCount: Int, _ transformLength: Int, _ sampleRate: Int, _ frequencies: ClosedRange<Double>
    ) throws(SignalError) {
        let nyquist = Double(sampleRate) / 2
        guard bandCount > 0, transformLength > 1 else {
            throw .setting(
                name: "mel filterbank", value: "\(bandCount) bands over a transform of \(transformLength) samples",
                expected: "at least 1 band and 2 samples")
        }
        guard frequencies.lowerBound >= 0, frequencies.upperBound <= nyquist,
            frequencies.lowerBound < frequencies.upperBound
        else {
            throw .setting(name: "mel range", value: "\(frequencies) Hz", expected: "a part of 0...\(nyquist) Hz")
        }
    }

    /// The scale that the corners of triangles are evenly spaced on.
    public enum Scale: Sendable {
        /// 2595 · log10(1 + f / 700), of the Hidden Markov Model Toolkit; triangles are 1 at their peaks.
        case htk
        /// Straight up to 1,000 Hz and logarithmic from there, of Slaney's Auditory Toolbox; triangles have equal areas.
        case slaney

        fileprivate func mels(_ hertz: Double) -> Double {
            switch self {
            case .htk: MelFilterbank.mels(fromHertz: hertz)
            case .slaney: hertz < 1000 ? 3 * hertz / 200 : 15 + log(hertz / 1000) * 27 / log(6.4)
            }
        }

        fileprivate func hertz(_ mels: Double) -> Double {
            switch self {
            case .htk: 700 * (pow(10, mels / 2595) - 1)
            case .slaney: mels < 15 ? 200 * mels / 3 : 1000 * exp(log(6.4) / 27 * (mels - 15))
            }
        }
    }

    /// Computes triangles that are straight over hertz, as torchaudio (`htk`) and librosa (`slaney`) do, in double
    /// precision. Throws ``SignalError`` as the initialiser above.
    public init(
        bandCount: Int, transformLength: Int, sampleRate: Int, frequencies: ClosedRange<Double>,
        straightOverHertz scale: Scale
    ) throws(SignalError) {
        try Self.check(bandCount, transformLength, sampleRate, frequencies)
        let low = scale.mels(frequencies.lowerBound)
        let step = (scale.mels(frequencies.upperBound) - low) / Double(bandCount + 1)
        let corners = (0..<bandCount + 2).map { scale.hertz(low + step * Double($0)) }
        let binCount = transformLength / 2 + 1
        var matrix = [Float](repeating: 0, count: binCount * bandCount)
        for bin in 0..<binCount {
            let hertz = Double(bin) * Double(sampleRate) / Double(transformLength)
            for band in 0..<bandCount {
                let rising = (hertz - corners[band]) / (corners[band + 1] - corners[band])
                let falling = (corners[band + 2] - hertz) / (corners[band + 2] - corners[band + 1])
                let area = scale == .slaney ? 2 / (corners[band + 2] - corners[band]) : 1
                matrix[bin * bandCount + band] = Float(max(0, min(rising, falling)) * area)
            }
        }
        try self.init(matrix: matrix, binCount: binCount)
    }

    /// The mel scale 2595 · log10(1 + f / 700), of the Hidden Markov Model Toolkit.
    private static func mels(fromHertz hertz: Double) -> Double { 2595 * log10(1 + hertz / 700) }

    /// The filters as a matrix, `[bins, bands]` row by row.
    public var matrix: [Float] {
        var matrix = [Float](repeating: 0, count: binCount * bandCount)
        var next = 0
        for (band, range) in ranges.enumerated() {
            for bin in range {
                matrix[bin * bandCount + band] = weights[next]
                next += 1
            }
        }
        return matrix
    }

    /// Writes each band's weighted sum over `spectrum`, `[bins]`, to `bands`, `[bands]`.
    func apply(_ spectrum: UnsafeBufferPointer<Float>, to bands: UnsafeMutableBufferPointer<Float>) {
        weights.withUnsafeBufferPointer { weights in
            var next = 0
            for (band, range) in ranges.enumerated() {
                var sum: Float = 0
                for bin in range {
                    sum += spectrum[bin] * weights[next]
                    next += 1
                }
                bands[band] = sum
            }
        }
    }
}
