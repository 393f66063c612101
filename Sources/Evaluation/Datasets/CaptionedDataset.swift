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

    /// Finds the media below a folder. Missing ones are left out, or an error when `isStrict`.
    /// Throws `DatasetError.missingMedia`; also when all are missing.
    public func located(in folder: URL, isStrict: Bool = false) throws -> LocatedMedia {
        var finder = MediaFinder(folder, usualFolders: format.usualFolders(annotations: URL(filePath: file)))
        var found: [LocatedMedia.Item] = []
        var missing: [String] = []
        for medium in media {
            if let file = finder.file(of: medium.paths) {
                found.append(.init(file: file, medium: medium))
            } else {
                missing.append(medium.paths[0])
            }
        }
        let error = missing.first.map {
            DatasetError.missingMedia(
                folder: folder.path(percentEncoded: false), missing: missing.count, total: media.count, first: $0)
        }
        if let error, isStrict || found.isEmpty { throw error }
        return LocatedMedia(items: found, missing: missing.count, error: error)
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
    /// Number of media left out because no file was found, and the error that says so; nil for none.
    public let missing: Int
    public let error: DatasetError?
}

/// Captions that come one per line, gathered by medium in the order of first mention.
struct MediaGathering {
    private var order: [String] = []
    private var gathered: [String: (paths: [String], captions: [String], group: String)] = [:]

    /// Adds a caption to its medium; paths that differ from those of earlier mentions are possible too.
    ///
    /// - Parameter key: Identifies the medium across mentions.
    mutating func add(key: String, paths: [String], caption: String, group: String) {
        if gathered[key] == nil {
            order.append(key)
            gathered[key] = (paths, [], group)
        }
        gathered[key]?.captions.append(caption)
        for path in paths where gathered[key]?.paths.contains(path) == false { gathered[key]?.paths.append(path) }
    }

    var media: [CaptionedMedium] {
        order.compactMap { gathered[$0] }.map {
            CaptionedMedium(paths: $0.paths, captions: $0.captions, group: $0.group)
        }
    }
}
