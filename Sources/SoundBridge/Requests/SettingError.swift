import FilesOnDisk

/// A setting outside its range.
public struct SettingError: DescribedError, Equatable {
    /// The setting's name, in words.
    public let setting: String
    public let found: String
    /// The values that would be right, in words.
    public let expected: String

    public var exitStatus: Int32 { 2 }
    public var description: String { "The \(setting) is \(found); expected \(expected)." }

    /// Throws unless `value` lies in `range`; NaN lies in none.
    static func require<Value: Comparable>(
        _ value: Value, in range: ClosedRange<Value>, _ setting: String
    ) throws(SettingError) {
        guard !range.contains(value) else { return }
        throw SettingError(
            setting: setting, found: "\(value)", expected: "\(range.lowerBound) to \(range.upperBound)")
    }

    /// Throws for a number of things below 1.
    static func require(count: Int) throws(SettingError) {
        guard count < 1 else { return }
        throw SettingError(setting: "count", found: "\(count)", expected: "1 or more")
    }
}
