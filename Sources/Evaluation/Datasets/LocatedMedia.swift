import Foundation

/// Media found on disk.
public struct LocatedMedia: Sendable {
    public struct Item: Sendable {
        public let file: URL
        public let medium: CaptionedMedium
    }

    public let items: [Item]
    /// How many were left out because they are nowhere.
    public let missing: Int
}
