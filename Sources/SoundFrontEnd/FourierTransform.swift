import CFFTW
import Foundation

/// The discrete Fourier transform of real samples: X[k] = Σ x[n] · exp(−2πi·k·n / length) for k in 0...length/2.
///
/// The only file that knows FFTW (single precision). A plan is made once, estimated rather than measured, because
/// a measured plan differs from run to run and with it the last bits; planning is not thread-safe and stands behind
/// a lock, execution is and does not.
public final class FourierTransform: @unchecked Sendable {
    public let length: Int
    /// length / 2 + 1.
    public let binCount: Int
    private let plan: fftwf_plan

    private static let planningLock = NSLock()

    /// Throws ``SignalError`` where `length` is not 1...2²⁴, or FFTW has no plan for it.
    public init(length: Int) throws(SignalError) {
        guard (1...1 << 24).contains(length) else {
            throw .setting(name: "transform length", value: "\(length)", expected: "1 to 16777216 samples")
        }
        let buffers = Workspace(length: length)
        Self.planningLock.lock()
        let plan = fftwf_plan_dft_r2c_1d(
            Int32(length), buffers.samples.baseAddress, buffers.fftwSpectrum, FFTW_ESTIMATE)
        Self.planningLock.unlock()
        guard let plan else { throw .library("FFTW has no plan for \(length) samples") }
        self.length = length
        binCount = length / 2 + 1
        self.plan = plan
    }

    deinit {
        Self.planningLock.lock()
        fftwf_destroy_plan(plan)
        Self.planningLock.unlock()
    }

    /// The buffers of one thread.
    public func makeWorkspace() -> Workspace { Workspace(length: length) }

    /// Transforms `workspace.samples` into `workspace.spectrum`. The workspace must be one of this transform's own.
    public func transform(_ workspace: Workspace) {
        precondition(workspace.samples.count == length, "a workspace of another transform")
        fftwf_execute_dft_r2c(plan, workspace.samples.baseAddress, workspace.fftwSpectrum)
    }

    /// Input and output of a transform, aligned as its plan expects.
    public final class Workspace {
        /// `[length]`, zero at first; kept by the transform.
        public let samples: UnsafeMutableBufferPointer<Float>
        /// `[length / 2 + 1, 2]`: real part, imaginary part.
        public let spectrum: UnsafeMutableBufferPointer<Float>

        fileprivate init(length: Int) {
            samples = Self.allocate(length)
            spectrum = Self.allocate((length / 2 + 1) * 2)
        }

        deinit {
            samples.baseAddress.map { UnsafeMutableRawPointer($0).deallocate() }
            spectrum.baseAddress.map { UnsafeMutableRawPointer($0).deallocate() }
        }

        fileprivate var fftwSpectrum: UnsafeMutablePointer<fftwf_complex>? {
            UnsafeMutableRawPointer(spectrum.baseAddress)?.assumingMemoryBound(to: fftwf_complex.self)
        }

        private static func allocate(_ count: Int) -> UnsafeMutableBufferPointer<Float> {
            let bytes = UnsafeMutableRawBufferPointer.allocate(
                byteCount: count * MemoryLayout<Float>.stride, alignment: 64)
            let floats = bytes.bindMemory(to: Float.self)
            floats.initialize(repeating: 0)
            return floats
        }
    }
}
