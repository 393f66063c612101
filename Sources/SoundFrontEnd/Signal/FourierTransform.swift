import CFFTW
import Foundation

/// The discrete Fourier transform of real samples: X[k] = Σ x[n] · exp(−2πi·k·n / length) for k in 0...length/2.
///
/// In single precision, or in double for front ends whose reference has no less; alone in using FFTW. A plan is made once,
/// estimated rather than measured, because a measured plan differs from run to run and so do its last bits. Planning is not
/// thread-safe and takes a lock; execution needs none.
public final class RealFourierTransform<Sample: TransformedSample>: @unchecked Sendable {
    public let length: Int
    /// Number of bins: length / 2 + 1.
    public let binCount: Int
    private let plan: OpaquePointer
    private let library = Sample.fourierLibrary

    /// Plans the transform. Throws ``SignalError`` where `length` is not 1...2²⁴, or FFTW has no plan for it.
    public init(length: Int) throws(SignalError) {
        guard (1...1 << 24).contains(length) else {
            throw .setting(name: "transform length", value: "\(length)", expected: "1 to 16777216 samples")
        }
        self.length = length
        binCount = length / 2 + 1
        let samples = AlignedBuffer<Sample>(count: length)
        let spectrum = AlignedBuffer<Sample>(count: 2 * binCount)
        planningLock.lock()
        let plan = library.plan(Int32(length), samples.start, UnsafeMutableRawPointer(spectrum.start))
        planningLock.unlock()
        guard let plan else { throw .library("FFTW has no plan for \(length) samples") }
        self.plan = plan
    }

    deinit {
        planningLock.lock()
        library.destroy(plan)
        planningLock.unlock()
    }

    /// Input and output of a transform, for one thread.
    public final class Workspace {
        private let transform: RealFourierTransform
        private let input: AlignedBuffer<Sample>
        private let output: AlignedBuffer<Sample>

        public init(_ transform: RealFourierTransform) {
            self.transform = transform
            input = AlignedBuffer<Sample>(count: transform.length)
            output = AlignedBuffer<Sample>(count: 2 * transform.binCount)
        }

        /// `[length]`, zero at first; ``run()`` leaves it as it is.
        public var samples: UnsafeMutableBufferPointer<Sample> { input.all }

        /// `[length / 2 + 1, 2]`: real part, imaginary part.
        public var spectrum: UnsafeMutableBufferPointer<Sample> { output.all }

        /// Transforms `samples` into `spectrum`.
        public func run() {
            transform.library.execute(transform.plan, input.start, UnsafeMutableRawPointer(output.start))
        }
    }
}

/// The transform in single precision.
public typealias FourierTransform = RealFourierTransform<Float>

/// A number that FFTW transforms: `Float` or `Double`.
public protocol TransformedSample: BinaryFloatingPoint {
    static var fourierLibrary: FourierLibrary<Self> { get }
}

/// FFTW in one precision. Samples go in, pairs of a real and an imaginary part come out.
public struct FourierLibrary<Sample>: Sendable {
    typealias Samples = UnsafeMutablePointer<Sample>

    /// Plans a transform of a length; nil where there is none. One thread at a time may plan or destroy.
    let plan: @Sendable (Int32, Samples, UnsafeMutableRawPointer) -> OpaquePointer?
    let destroy: @Sendable (OpaquePointer) -> Void
    let execute: @Sendable (OpaquePointer, Samples, UnsafeMutableRawPointer) -> Void
}

extension Float: TransformedSample {
    public static let fourierLibrary = FourierLibrary<Float>(
        plan: {
            fftwf_plan_dft_r2c_1d($0, $1, $2.assumingMemoryBound(to: fftwf_complex.self), FFTW_ESTIMATE)
        },
        destroy: { fftwf_destroy_plan($0) },
        execute: { fftwf_execute_dft_r2c($0, $1, $2.assumingMemoryBound(to: fftwf_complex.self)) })
}

extension Double: TransformedSample {
    public static let fourierLibrary = FourierLibrary<Double>(
        plan: { fftw_plan_dft_r2c_1d($0, $1, $2.assumingMemoryBound(to: fftw_complex.self), FFTW_ESTIMATE) },
        destroy: { fftw_destroy_plan($0) },
        execute: { fftw_execute_dft_r2c($0, $1, $2.assumingMemoryBound(to: fftw_complex.self)) })
}

/// FFTW's, in either precision.
private let planningLock = NSLock()

/// Zeroed numbers with the alignment that a plan expects of every buffer.
private final class AlignedBuffer<Number: BinaryFloatingPoint> {
    let start: UnsafeMutablePointer<Number>
    let all: UnsafeMutableBufferPointer<Number>

    init(count: Int) {
        let bytes = UnsafeMutableRawPointer.allocate(byteCount: count * MemoryLayout<Number>.stride, alignment: 64)
        start = bytes.initializeMemory(as: Number.self, repeating: 0, count: count)
        all = UnsafeMutableBufferPointer(start: start, count: count)
    }

    deinit { UnsafeMutableRawPointer(start).deallocate() }
}
