import Foundation

/// A picture read from a file, with what is to be said of the file.
///
/// A picture that is cut short or damaged is used as far as it goes: what is missing is grey, and a warning tells. A
/// file without a single row is an error.
public struct PictureFile: Sendable {
    public internal(set) var picture: Picture
    public let warnings: [PictureWarning]

    /// Reads a PNG, JPEG or WebP file, told apart by its first bytes, whatever its name; see `Picture.init(png:)`,
    /// `init(jpeg:)` and `init(webp:)`.
    ///
    /// - Throws: `PictureFileError` naming the file.
    public init(contentsOf url: URL, limits: PictureLimits = PictureLimits()) throws {
        try self.init(InputFile.read(url, limit: limits.fileBytes), file: url.relativePath, limits: limits)
    }

    /// Reads a whole file held in memory; errors call it `name`. Throws `PictureFileError`.
    package init(bytes: Data, name: String, limits: PictureLimits = PictureLimits()) throws {
        try self.init([UInt8](bytes), file: name, limits: limits)
    }

    private init(_ bytes: [UInt8], file: String, limits: PictureLimits) throws {
        switch PictureFormat(of: bytes) {
        case .png: try self.init(png: bytes, file: file, limits: limits)
        case .jpeg: try self.init(jpeg: bytes, file: file, limits: limits)
        case .webp: try self.init(webp: bytes, file: file, limits: limits)
        case nil: throw PictureFileError(file: file, reason: .notAPicture(bytes))
        }
    }

    /// - Parameter orientation: Turns the stored rows upright; nil leaves them.
    init(_ stored: Picture, _ orientation: EXIFOrientation?, warnings: [PictureWarning]) throws {
        picture = try orientation?.upright(stored) ?? stored
        self.warnings = warnings
    }
}

/// Something about a picture that was used all the same; its description is one sentence that names the file.
public struct PictureWarning: Equatable, Sendable, CustomStringConvertible {
    public enum Kind: Equatable, Sendable {
        /// The file ends before the picture does; `share` of its rows was there, 0 to 1.
        case truncated(share: Double)
        /// The file is damaged after `share` of its rows; `reason` is the decoder's message.
        case damaged(share: Double, reason: String)
    }

    /// The file's path as it was given, or the name given for bytes from elsewhere.
    public let file: String
    public let kind: Kind

    public var description: String {
        switch kind {
        case .truncated(let share) where share >= 1: "\(file) ends early: what is there is used."
        case .truncated(let share):
            "\(file) ends early: \(Self.percent(share)) of its rows are there and used, the rest is grey."
        case .damaged(let share, let reason):
            "\(file) is damaged after \(Self.percent(share)) of its rows (\(reason)): what can be decoded is used, the rest is grey."
        }
    }

    private static func percent(_ share: Double) -> String { "\(Int((share * 100).rounded(.down))) %" }

    /// Warnings about a picture of which decoding ended for `reason`, none without one. Throws `PictureFileError` for a reason
    /// that leaves no picture.
    static func warnings(
        _ reason: PictureFileError.Reason?, file: String, share: Double
    ) throws -> [PictureWarning] {
        guard let reason else { return [] }
        guard let warning = PictureWarning(file: file, reason, share: share) else {
            throw PictureFileError(file: file, reason: reason)
        }
        return [warning]
    }

    /// - Parameter reason: Why decoding ended. Nil for what leaves no picture.
    init?(file: String, _ reason: PictureFileError.Reason, share: Double) {
        guard share > 0 else { return nil }
        switch reason {
        case .truncated: kind = .truncated(share: share)
        case .malformed(let cause): kind = .damaged(share: share, reason: cause)
        default: return nil
        }
        self.file = file
    }
}
