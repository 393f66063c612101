import ArgumentParser

/// A check that names the option and its range.
func checkOption<Value: Comparable>(_ value: Value?, _ range: ClosedRange<Value>, _ name: String) throws {
    guard let value, !range.contains(value) else { return }
    throw ValidationError("\(name) must be from \(range.lowerBound) to \(range.upperBound), not \(value).")
}
