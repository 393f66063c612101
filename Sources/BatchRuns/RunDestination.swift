import Foundation

/// Where a picture goes.
public enum RunDestination: Sendable, Hashable {
    case file(URL)
    case standardOutput
}
