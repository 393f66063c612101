import FilesOnDisk
import Foundation

/// A dataset's annotations: its media and their captions, in the order of the file.
public struct CaptionedDataset: Sendable {
    public let format: AnnotationFormat
    /// The split that was read; nil for everything.
    public let split: String?
    public let media: [CaptionedMedium]
    private let file: String

    /// The split name that stands for all splits.
    public static let allSplits = "all"

    /// Reads the annotations of one split; by default `test` where the format marks splits, and everything in a `tsv`.
    /// Throws `DatasetError`; `FileContentError` for JSON without the format's fields.
    public init(_ format: AnnotationFormat, annotations: URL, split: String? = nil) throws {
        let file = annotations.path(percentEncoded: false)
        if let split, !format.hasSplits { throw DatasetError.splitless(file: file, format: format, split: split) }
        let chosen = split ?? format.defaultSplit
        (self.format, self.file) = (format, file)
        self.split = chosen == Self.allSplits ? nil : chosen
        media =
            switch format {
            case .karpathy: try KarpathyAnnotations.media(annotations, split: self.split)
            case .coco: try COCOAnnotations.media(annotations)
            case .flickr8k: try Flickr8kAnnotations.media(annotations, split: self.split)
            case .clotho: try ClothoAnnotations.media(annotations)
            case .audiocaps: try AudioCapsAnnotations.media(annotations)
            case .tsv: try TableAnnotations.media(annotations, split: self.split)
            }
        guard !media.isEmpty else { throw DatasetError.empty(file: file) }
    }

    /// Finds the media below a folder. Missing ones are an error, or left out when `skippingMissing`.
    /// Throws `DatasetError.missingMedia`; also when all are missing.
    public func located(in folder: URL, skippingMissing: Bool) throws -> LocatedMedia {
        var found: [LocatedMedia.Item] = []
        var missing: [String] = []
        for medium in media {
            let places = medium.paths.map { $0.hasPrefix("/") ? URL(filePath: $0) : folder.appending(path: $0) }
            if let place = places.first(where: { FileManager.default.isFile($0) }) {
                found.append(.init(file: place, medium: medium))
            } else {
                missing.append(medium.paths[0])
            }
        }
        if let first = missing.first, !skippingMissing || found.isEmpty {
            throw DatasetError.missingMedia(
                folder: folder.path(percentEncoded: false), missing: missing.count, total: media.count, first: first)
        }
        return LocatedMedia(items: found, missing: missing.count)
    }
}

extension FileManager {
    fileprivate func isFile(_ url: URL) -> Bool {
        var isFolder: ObjCBool = false
        return fileExists(atPath: url.path(percentEncoded: false), isDirectory: &isFolder) && !isFolder.boolValue
    }
}

/// A picture or a clip with its captions.
public struct CaptionedMedium: Sendable, Equatable {
    /// Possible paths below the media folder, the likeliest first.
    public let paths: [String]
    /// Captions, at least one.
    public let captions: [String]
    /// Group of the medium. Media of one group are resampled together; by default each has its own.
    public let group: String
}

/// Media found on disk.
public struct LocatedMedia: Sendable {
    public struct Item: Sendable {
        public let file: URL
        public let medium: CaptionedMedium
    }

    public let items: [Item]
    /// Number of media left out because no file was found.
    public let missing: Int
}

/// Captions that come one per line, gathered by medium in the order of first mention.
struct MediaGathering {
    private var order: [String] = []
    private var gathered: [String: (paths: [String], captions: [String], group: String)] = [:]

    /// Adds a caption to its medium.
    ///
    /// - Parameter key: Identifies the medium across mentions.
    mutating func add(key: String, paths: [String], caption: String, group: String) {
        if gathered[key] == nil {
            order.append(key)
            gathered[key] = (paths, [], group)
        }
        gathered[key]?.captions.append(caption)
    }

    var media: [CaptionedMedium] {
        order.compactMap { gathered[$0] }.map {
            CaptionedMedium(paths: $0.paths, captions: $0.captions, group: $0.group)
        }
    }
}
