import CFFTW
import Foundation

/// The transform of ``FourierTransform`` in double precision, for front ends whose reference has no less.
final class PreciseFourierTransform: @unchecked Sendable {
    let length: Int
    /// Number of bins: length / 2 + 1.
    let binCount: Int
    private let plan: fftw_plan

    /// Plans the transform. Throws ``SignalError`` where `length` is not 1...2²⁴, or FFTW has no plan for it.
    init(length: Int) throws(SignalError) {
        guard (1...1 << 24).contains(length) else {
            throw .setting(name: "transform length", value: "\(length)", expected: "1 to 16777216 samples")
        }
        self.length = length
        binCount = length / 2 + 1
        let samples = AlignedBuffer<Double>(count: length)
        let spectrum = AlignedBuffer<Double>(count: 2 * binCount)
        FourierTransform.planningLock.lock()
        let plan = fftw_plan_dft_r2c_1d(Int32(length), samples.start, spectrum.complexStart, FFTW_ESTIMATE)
        FourierTransform.planningLock.unlock()
        guard let plan else { throw .library("FFTW has no plan for \(length) samples") }
        self.plan = plan
    }

    deinit {
        FourierTransform.planningLock.lock()
        fftw_destroy_plan(plan)
        FourierTransform.planningLock.unlock()
    }

    /// Input and output of a transform, for one thread.
    final class Workspace {
        private let transform: PreciseFourierTransform
        private let input: AlignedBuffer<Double>
        private let output: AlignedBuffer<Double>

        init(_ transform: PreciseFourierTransform) {
            self.transform = transform
            input = AlignedBuffer<Double>(count: transform.length)
            output = AlignedBuffer<Double>(count: 2 * transform.binCount)
        }

        /// `[length]`, zero at first; ``run()`` leaves it as it is.
        var samples: UnsafeMutableBufferPointer<Double> { input.all }

        /// `[length / 2 + 1, 2]`: real part, imaginary part.
        var spectrum: UnsafeMutableBufferPointer<Double> { output.all }

        /// Transforms `samples` into `spectrum`.
        func run() {
            fftw_execute_dft_r2c(transform.plan, input.start, output.complexStart)
        }
    }
}

extension AlignedBuffer<Double> {
    fileprivate var complexStart: UnsafeMutablePointer<fftw_complex> {
        UnsafeMutableRawPointer(start).assumingMemoryBound(to: fftw_complex.self)
    }
}
