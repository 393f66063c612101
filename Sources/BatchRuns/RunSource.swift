import Foundation

/// Where an item's sound comes from.
public enum RunSource: Sendable, Hashable {
    case file(URL)
    case standardInput
    /// There is no sound; the words alone make the picture.
    case none
}
