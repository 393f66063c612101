import Foundation
import SoundFrontEnd

/// Sound files made byte by byte, valid or faulty, so that each test shows what is wrong with its file.
struct SoundBytes {
    enum Encoding: Int {
        case pcm16 = 1
        case float32 = 3
    }

    var encoding = Encoding.pcm16
    var sampleRate: UInt32 = 16_000
    var channelCount: UInt16 = 1
    /// Interleaved, full scale 1.
    var samples: [Float] = []
    /// Sizes in the header that differ from the true ones.
    var declaredDataSize: UInt32?
    var declaredRIFFSize: UInt32?
    var chunkBehindData = Data()

    var wav: Data {
        let data = body
        let sampleSize: UInt32 = encoding == .pcm16 ? 2 : 4
        let frameSize = sampleSize * UInt32(channelCount)
        let tail = Self.tag("data") + Self.little(declaredDataSize ?? UInt32(data.count)) + data + chunkBehindData
        var format = Self.little(UInt16(encoding.rawValue)) + Self.little(channelCount) + Self.little(sampleRate)
        format += Self.little(sampleRate &* frameSize) + Self.little(UInt16(truncatingIfNeeded: frameSize))
        format += Self.little(UInt16(sampleSize * 8))
        let rest = Self.tag("WAVE") + Self.tag("fmt ") + Self.little(UInt32(format.count)) + format + tail
        return Self.tag("RIFF") + Self.little(declaredRIFFSize ?? UInt32(rest.count)) + rest
    }

    private var body: Data {
        samples.reduce(into: Data()) { data, sample in
            switch encoding {
            case .pcm16: data += Self.little(UInt16(bitPattern: Int16(sample * 32_767)))
            case .float32: data += Self.little(sample.bitPattern)
            }
        }
    }

    static func tag(_ text: String) -> Data { Data(text.utf8) }

    static func little<Integer: FixedWidthInteger>(_ value: Integer) -> Data {
        withUnsafeBytes(of: value.littleEndian) { Data($0) }
    }
}

/// Returns amplitude · sin(2π · frequency · n / rate).
func tone(_ frequency: Double, rate: Double, count: Int, amplitude: Double = 0.5) -> [Float] {
    (0..<count).map { n -> Float in
        let angle: Double = 2 * .pi * frequency * Double(n) / rate
        return Float(amplitude * sin(angle))
    }
}

/// Returns the same samples as `pseudo_noise` in the fixtures' script, in [−1, 1).
func pseudoNoise(_ count: Int) -> [Float] {
    (0..<count).map { n -> Float in
        let step = (n * 7919 + n * n * 31) % 20_011
        return Float(Double(step) / 10_005.5 - 1)
    }
}

extension Waveform {
    /// Returns all remaining samples at once.
    func allSamples() throws -> [Float] {
        var samples: [Float] = []
        while let block = try nextBlock() { samples += block }
        return samples
    }
}

func fixture(_ name: String) -> URL {
    Bundle.module.bundleURL.appending(path: "Fixtures").appending(path: name)
}

/// Returns the largest difference between two signals; infinite where their lengths differ.
func largestDifference(_ a: [Float], _ b: [Float]) -> Float {
    a.count == b.count ? zip(a, b).map { abs($0 - $1) }.max() ?? 0 : .infinity
}
