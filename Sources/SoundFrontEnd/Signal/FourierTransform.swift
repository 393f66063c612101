import CFFTW
import Foundation

/// The discrete Fourier transform of real samples: X[k] = Σ x[n] · exp(−2πi·k·n / length) for k in 0...length/2.
///
/// In single precision; with ``PreciseFourierTransform`` alone in using FFTW. A plan is made once, estimated rather than measured,
/// because a measured plan differs from run to run and so do its last bits. Planning is not thread-safe and takes a
/// lock; execution needs none.
public final class FourierTransform: @unchecked Sendable {
    public let length: Int
    /// Number of bins: length / 2 + 1.
    public let binCount: Int
    private let plan: fftwf_plan

    /// Of FFTW in either precision.
    static let planningLock = NSLock()

    /// Plans the transform. Throws ``SignalError`` where `length` is not 1...2²⁴, or FFTW has no plan for it.
    public init(length: Int) throws(SignalError) {
        guard (1...1 << 24).contains(length) else {
            throw .setting(name: "transform length", value: "\(length)", expected: "1 to 16777216 samples")
        }
        self.length = length
        binCount = length / 2 + 1
        let samples = AlignedBuffer<Float>(count: length)
        let spectrum = AlignedBuffer<Float>(count: 2 * binCount)
        Self.planningLock.lock()
        let plan = fftwf_plan_dft_r2c_1d(Int32(length), samples.start, spectrum.complexStart, FFTW_ESTIMATE)
        Self.planningLock.unlock()
        guard let plan else { throw .library("FFTW has no plan for \(length) samples") }
        self.plan = plan
    }

    deinit {
        Self.planningLock.lock()
        fftwf_destroy_plan(plan)
        Self.planningLock.unlock()
    }

    /// Input and output of a transform, for one thread.
    public final class Workspace {
        private let transform: FourierTransform
        private let input: AlignedBuffer<Float>
        private let output: AlignedBuffer<Float>

        public init(_ transform: FourierTransform) {
            self.transform = transform
            input = AlignedBuffer<Float>(count: transform.length)
            output = AlignedBuffer<Float>(count: 2 * transform.binCount)
        }

        /// `[length]`, zero at first; ``run()`` leaves it as it is.
        public var samples: UnsafeMutableBufferPointer<Float> { input.all }

        /// `[length / 2 + 1, 2]`: real part, imaginary part.
        public var spectrum: UnsafeMutableBufferPointer<Float> { output.all }

        /// Transforms `samples` into `spectrum`.
        public func run() {
            fftwf_execute_dft_r2c(transform.plan, input.start, output.complexStart)
        }
    }
}

/// Zeroed numbers with the alignment that a plan expects of every buffer.
final class AlignedBuffer<Number: BinaryFloatingPoint> {
    let start: UnsafeMutablePointer<Number>
    let all: UnsafeMutableBufferPointer<Number>

    init(count: Int) {
        let bytes = UnsafeMutableRawPointer.allocate(byteCount: count * MemoryLayout<Number>.stride, alignment: 64)
        start = bytes.initializeMemory(as: Number.self, repeating: 0, count: count)
        all = UnsafeMutableBufferPointer(start: start, count: count)
    }

    deinit { UnsafeMutableRawPointer(start).deallocate() }
}

extension AlignedBuffer<Float> {
    fileprivate var complexStart: UnsafeMutablePointer<fftwf_complex> {
        UnsafeMutableRawPointer(start).assumingMemoryBound(to: fftwf_complex.self)
    }
}
