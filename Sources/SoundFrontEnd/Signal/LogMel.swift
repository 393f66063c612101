import Foundation

/// The natural logarithm of a mel spectrogram plus an offset.
public struct LogMel: Sendable {
    /// Number added before the logarithm; silence gives the logarithm of it.
    public let offset: Float
    private let spectrogram: MelSpectrogram

    /// Throws ``SignalError`` where the spectrogram cannot be made or `offset` is not a positive finite number.
    public init(
        window: [Float], hop: Int, transformLength: Int, filterbank: MelFilterbank, spectrum: MelSpectrogram.Spectrum,
        offset: Float
    ) throws(SignalError) {
        spectrogram = try MelSpectrogram(
            window: window, hop: hop, transformLength: transformLength, filterbank: filterbank, spectrum: spectrum)
        guard offset > 0, offset.isFinite else {
            throw .setting(name: "log offset", value: "\(offset)", expected: "a positive number")
        }
        self.offset = offset
    }

    public var bandCount: Int { spectrogram.bandCount }

    /// Number of frames in `sampleCount` samples: none where they are fewer than a frame.
    public func frameCount(sampleCount: Int) -> Int { spectrogram.frameCount(sampleCount: sampleCount) }

    /// The logarithms for `samples`, `[frames, bands]` row by row.
    public func callAsFunction(_ samples: [Float]) -> [Float] {
        spectrogram(samples).map { logf($0 + offset) }
    }
}
