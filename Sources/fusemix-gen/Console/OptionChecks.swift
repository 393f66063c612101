import ArgumentParser
import FilesOnDisk
import SoundBridge

/// Checks an option's value; the error names the option and its range.
func checkOption<Value: Comparable>(_ value: Value?, _ range: ClosedRange<Value>, _ name: String) throws {
    guard let value, !range.contains(value) else { return }
    let bounds = "\(plain(range.lowerBound)) to \(plain(range.upperBound))"
    throw ValidationError("\(name) must be from \(bounds), not \(plain(value)).")
}

/// Whole numbers without “.0”, as they are typed.
private func plain(_ value: some Comparable) -> String {
    let text = "\(value)"
    return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
}

/// Checks a seed, whose range reads better as a power.
func checkSeed(_ seed: UInt64?, _ name: String) throws {
    guard let seed, !GenerationSettings.seedRange.contains(seed) else { return }
    throw ValidationError("\(name) must be from 0 to 2^63-1, not \(seed).")
}

/// A usage error that the options alone do not show; one sentence, exit code 2.
struct UsageError: DescribedError {
    let description: String
    let exitStatus: Int32 = 2

    init(_ description: String) {
        self.description = description
    }

    /// Runs `body`; its errors of one kind come from a file that an option names, so that they are a wrong use.
    static func rethrowing<Failure: Error, Result>(_: Failure.Type, _ body: () throws -> Result) throws -> Result {
        do {
            return try body()
        } catch let error as Failure {
            throw UsageError("\(error)")
        }
    }
}
