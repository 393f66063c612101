import CSoxr

/// Converts the rate of a mono signal as a stream, with libsoxr at its "high quality": 20 bits, linear phase, flat to
/// 0.91 of the lower Nyquist frequency. Its delay is compensated: n samples in give n · outputRate / inputRate out,
/// give or take one. Between equal rates samples pass through untouched.
public final class Resampler {
    private let converter: soxr_t?
    private let ratio: Double
    private var isFinished = false

    /// Throws ``SignalError/setting(name:value:expected:)`` where a rate is not positive, or where the two differ and one
    /// is outside ``AudioFile/sampleRates``; `.library` where libsoxr has no filter for the pair.
    public init(from inputRate: Int, to outputRate: Int) throws(SignalError) {
        guard inputRate > 0, outputRate > 0 else {
            throw .setting(name: "sample rate", value: "\(min(inputRate, outputRate))", expected: "a positive number")
        }
        ratio = Double(outputRate) / Double(inputRate)
        guard inputRate != outputRate else {
            converter = nil
            return
        }
        let rates = AudioFile.sampleRates
        for rate in [inputRate, outputRate] where !rates.contains(rate) {
            throw .setting(
                name: "sample rate", value: "\(rate)", expected: "\(rates.lowerBound) to \(rates.upperBound)")
        }
        var failure: soxr_error_t?
        converter = soxr_create(Double(inputRate), Double(outputRate), 1, &failure, nil, nil, nil)
        if let failure { throw .library(String(cString: failure)) }
    }

    deinit {
        soxr_delete(converter)
    }

    /// Takes more of the signal and returns the samples that are ready, perhaps none.
    public func process(_ samples: [Float]) throws(SignalError) -> [Float] {
        guard let converter else { return samples }
        return try samples.isEmpty ? [] : run(converter, samples)
    }

    /// Ends the signal and returns the remaining samples. Call it once, after the last ``process(_:)``.
    public func finish() throws(SignalError) -> [Float] {
        guard let converter, !isFinished else { return [] }
        isFinished = true
        return try run(converter, nil)
    }

    /// A nil input tells libsoxr that the signal has ended.
    private func run(_ converter: soxr_t, _ input: [Float]?) throws(SignalError) -> [Float] {
        let inputCount = input?.count ?? 0
        let chunk = Int(Double(inputCount) * ratio) + 1024
        var output: [Float] = []
        var consumed = 0
        while true {
            var used = 0
            var made = 0
            var failure: soxr_error_t?
            let piece = [Float](unsafeUninitializedCapacity: chunk) { buffer, count in
                failure = input.withOptionalPointer { pointer in
                    soxr_process(
                        converter, pointer.map { $0 + consumed }, inputCount - consumed, &used,
                        buffer.baseAddress, chunk, &made)
                }
                count = made
            }
            if let failure { throw .library(String(cString: failure)) }
            consumed += used
            if output.isEmpty { output = piece } else { output += piece }
            if made < chunk, consumed == inputCount { return output }
        }
    }
}

extension [Float]? {
    fileprivate func withOptionalPointer<Result>(_ body: (UnsafePointer<Float>?) -> Result) -> Result {
        switch self {
        case nil: body(nil)
        case .some(let array): array.withUnsafeBufferPointer { body($0.baseAddress) }
        }
    }
}
