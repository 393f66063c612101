import CLibFuzzer
import Foundation

/// Set once, before the driver runs; libFuzzer calls back without a context.
nonisolated(unsafe) private var reader: ([UInt8]) throws -> Void = { _ in }

/// Runs libFuzzer over a reader, with the options of the command line. An error that it throws is no finding: it is how a
/// reader tells of a file at fault. A trap, a hang and too much memory are.
public func fuzz(_ read: @escaping ([UInt8]) throws -> Void) -> Never {
    reader = read
    var count = CommandLine.argc
    var arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? = CommandLine.unsafeArgv
    exit(
        LLVMFuzzerRunDriver(&count, &arguments) { bytes, count in
            try? reader(Array(UnsafeBufferPointer(start: bytes, count: count)))
            return 0
        })
}
