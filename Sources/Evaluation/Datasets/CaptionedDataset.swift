import FilesOnDisk
import Foundation

/// A dataset's annotations: its media and their captions, in the order of the file.
public struct CaptionedDataset: Sendable {
    public let format: AnnotationFormat
    /// The split that was read; nil for everything.
    public let split: String?
    public let media: [CaptionedMedium]
    private let file: String

    /// The split that stands for all of them.
    public static let allSplits = "all"

    /// Reads the annotations of one split; without a name that is `test` where the format marks splits, everything in a
    /// `tsv`. Throws `DatasetError`; `FileContentError` for JSON without the format's fields.
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

    /// Where the media lie. Those that are nowhere are an error, or left out when `skippingMissing`.
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

/// A picture or a clip with what people said of it.
public struct CaptionedMedium: Sendable, Equatable {
    /// Where it may lie below the media folder, the likeliest place first.
    public let paths: [String]
    /// At least one.
    public let captions: [String]
    /// Media of one group are resampled together; by default each is its own.
    public let group: String
}

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

/// Captions that come one a line, gathered under their media in the order of the first mention.
struct MediaGathering {
    private var order: [String] = []
    private var gathered: [String: (paths: [String], captions: [String], group: String)] = [:]

    /// - Parameter key: What makes two mentions the same medium.
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
