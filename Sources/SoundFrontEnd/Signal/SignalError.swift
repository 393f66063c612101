import FilesOnDisk

/// Reasons why a piece of signal processing could not be set up or run. Each description is one sentence.
public enum SignalError: DescribedError, Equatable {
    /// A setting outside its range: its value and the expected ones, in words.
    case setting(name: String, value: String, expected: String)
    /// A library's refusal, in its own words.
    case library(String)
    /// A sample that is NaN, infinite, or beyond ``AudioFile/largestSample``.
    case sampleValue(index: Int)
}

extension SignalError {
    public var description: String {
        switch self {
        case .setting(let name, let value, let expected): "The \(name) is \(value); expected \(expected)."
        case .sampleValue(let index):
            "Sample \(index) of the sound is not a number or far out of range; expected finite samples."
        case .library(let reason): "The sound could not be processed: \(reason)."
        }
    }
}
