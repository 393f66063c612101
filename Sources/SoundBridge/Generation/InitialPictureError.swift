import Foundation

/// Why pictures cannot start from another.
public enum InitialPictureError: Error, Equatable, Sendable, LocalizedError, CustomStringConvertible {
    /// The file is not the one that the settings are about.
    case changed(file: String)

    public var description: String {
        switch self {
        case .changed(let file):
            "\(file) is not the picture to start from that was there before: its contents have changed."
        }
    }

    public var errorDescription: String? { description }
}
