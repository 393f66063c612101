import FilesOnDisk

/// Why a piece of signal processing could not be set up or run. Its description is one sentence.
public enum SignalError: DescribedError, Equatable {
    /// A setting outside its range, in words: what it was, and what was expected.
    case setting(name: String, value: String, expected: String)
    /// A library refused, in its own words.
    case library(String)
}

extension SignalError {
    public var description: String {
        switch self {
        case .setting(let name, let value, let expected): "The \(name) is \(value); expected \(expected)."
        case .library(let reason): "The sound could not be processed: \(reason)."
        }
    }
}
