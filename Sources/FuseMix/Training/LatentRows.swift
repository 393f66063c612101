import CKernels
import Foundation
import TensorCore

/// Rows of a set of latents as floats, gathered in place: only the requested rows of a mapped file are read.
struct LatentRows: Sendable {
    let vectors: Tensor
    let side: String
    /// Whether rows are read from disk each time, so that all of a batch are requested before the first is waited for.
    var readsAhead = false

    var channels: Int { vectors.channels }
    var byteCount: Int { vectors.count * vectors.dtype.size }

    /// Throws `TrainingError.unexpectedLatents` when the shape does not fit.
    init(_ vectors: Tensor, side: String, channels: Int) throws {
        guard vectors.shape.count == 2, vectors.channels == channels,
            [.float32, .float16, .bfloat16].contains(vectors.dtype)
        else { throw TrainingError.unexpectedLatents(side: side, found: vectors.shape, expected: channels) }
        (self.vectors, self.side) = (vectors, side)
    }

    /// Writes the given rows one after another.
    func gather(_ rows: some Collection<Int>, into start: UnsafeMutablePointer<Float>) {
        vectors.withBytes { bytes in
            guard let base = bytes.baseAddress else { return }
            var destination = start
            let stride = channels * vectors.dtype.size
            if readsAhead {
                for row in rows { Self.askFor(base + row * stride, byteCount: stride) }
            }
            for row in rows {
                precondition(0..<vectors.shape[0] ~= row, "row \(row) of \(vectors.shape)")
                let source = base + row * stride
                switch vectors.dtype {
                case .float16:
                    ck_float16_to_float32(source.assumingMemoryBound(to: UInt16.self), destination, Int64(channels))
                case .bfloat16:
                    ck_bfloat16_to_float32(source.assumingMemoryBound(to: UInt16.self), destination, Int64(channels))
                default:
                    destination.update(from: source.assumingMemoryBound(to: Float.self), count: channels)
                }
                destination += channels
            }
        }
    }

    /// Lets the system begin to read these mapped bytes.
    private static func askFor(_ start: UnsafeRawPointer, byteCount: Int) {
        let lead = Int(bitPattern: start) % Int(getpagesize())
        madvise(UnsafeMutableRawPointer(mutating: start - lead), byteCount + lead, MADV_WILLNEED)
    }

    /// Root mean square of the numbers of some rows: the unit of noise.
    func rootMeanSquare(of rows: some Collection<Int>) -> Double {
        let buffer = FloatBuffer(count: channels)
        var sum = 0.0
        for row in rows {
            gather(CollectionOfOne(row), into: buffer.start)
            for channel in 0..<channels { sum += Double(buffer.start[channel]) * Double(buffer.start[channel]) }
        }
        return (sum / Double(max(1, rows.count * channels))).squareRoot()
    }

    /// The first of the rows with a number that is not finite.
    func firstNotFinite(_ rows: some Collection<Int>) -> Int? {
        let buffer = FloatBuffer(count: channels)
        return rows.first { row in
            gather(CollectionOfOne(row), into: buffer.start)
            return (0..<channels).contains { !buffer.start[$0].isFinite }
        }
    }
}
