import Foundation

/// Why no record could be read from a PNG.
public enum PictureRecordError: Error, Equatable, Sendable, LocalizedError, CustomStringConvertible {
    case none(file: String)
    case damaged(file: String)

    public var description: String {
        switch self {
        case .none(let file): "\(file) carries no settings of fusemix-gen."
        case .damaged(let file): "The settings that \(file) carries are damaged or out of range."
        }
    }

    public var errorDescription: String? { description }
}
