import FilesOnDisk
import Foundation
import SoundBridge

/// A plan on disk: a run fixed before any picture is made, so that its shards, wherever they run, make the same
/// pictures as one process would.
///
/// The format is JSON Lines: a `Heading`, then one `RunItem` per line.
public struct PlanFile: Sendable {
    public let items: [RunItem]
    /// The folder of the pictures, as it was given.
    public let output: String
    /// Paths that could not be listed when the plan was made.
    public let unlisted: [UnlistedPath]
    /// Paths that were left out.
    public let passedOver: [PassedOver]
    /// Facts common to all pictures of the plan.
    public let header: RunHeader
    /// The model's name or the path of its folder, as it was given.
    public let model: String
    /// Options of a text-to-image model beside its path, as they were given.
    public let options: TextToImageOptions
    /// Identity of the plan: 16 hexadecimal digits that tell its records from those of another plan with the same
    /// output.
    public let identity: String

    /// Maximal size in bytes, more than a plan of a million sounds has.
    static let limit = 1 << 30
    static let format = "fusemix-gen plan 1"

    /// The first line of the file.
    struct Heading: Codable {
        /// `PlanFile.format`.
        let format: String
        let header: RunHeader
        let model: String
        /// Absent from plans of bundles.
        let options: TextToImageOptions?
        /// The folder of the pictures, as it was given.
        let output: String
        /// Number of items that follow, so that a truncated file is noticed.
        let items: Int
        let unlisted: [UnlistedPath]
        /// Absent from plans of older versions.
        let passedOver: [PassedOver]?
    }

    /// Writes a plan, and returns it as it is read.
    ///
    /// - Throws: `AtomicFileError`; `FileContentError` where the plan cannot be divided into shards, for example one of
    ///   a list with paths that lead out of the output.
    public static func write(
        _ plan: RunPlan, _ header: RunHeader, model: String, options: TextToImageOptions = TextToImageOptions(),
        to path: String, overwrite: Bool
    ) throws -> PlanFile {
        let heading = Heading(
            format: format, header: header, model: model, options: header.checkpoint == nil ? nil : options,
            output: plan.folder ?? "", items: plan.items.count,
            unlisted: plan.unlisted, passedOver: plan.passedOver)
        let encoder = JSONEncoder.ofLines
        var data = try encoder.line(heading)
        for item in plan.items { data += try encoder.line(item) }
        let file = try PlanFile(data, name: path)
        try AtomicFile.write(data, to: URL(filePath: path, directoryHint: .notDirectory), overwrite: overwrite)
        return file
    }

    /// Reads a plan. Throws `FileContentError`, naming the file and the line.
    public init(contentsOf path: String) throws {
        let url = URL(filePath: path, directoryHint: .notDirectory)
        try self.init(TextFile.data(at: url, limit: Self.limit), name: path)
    }

    /// - Parameter name: the file's name, for errors.
    init(_ data: Data, name: String) throws {
        let lines = data.split(separator: Self.lineFeed, omittingEmptySubsequences: false)
        let reader = PlanFileReader(file: name)
        let heading = try reader.heading(lines[0])
        // Nothing follows the end of the last line.
        guard lines.count - 2 == heading.items, lines.last?.isEmpty == true else {
            throw FileContentError.unsuitable(
                file: name, found: "\(max(lines.count - 2, 0)) whole lines after the first",
                expected: "the \(heading.items) that the first one tells of")
        }
        items = try lines.dropFirst().dropLast().enumerated().map { index, line in
            try reader.item(line, number: index + 2, below: heading.output)
        }
        try reader.refuseSameOutputs(items)
        (output, unlisted, passedOver) = (heading.output, heading.unlisted, heading.passedOver ?? [])
        (header, model, options) = (heading.header, heading.model, heading.options ?? TextToImageOptions())
        let digits = String(FileDigest(of: data).checksum, radix: 16)
        identity = String(repeating: "0", count: 16 - digits.count) + digits
    }

    /// Returns the whole plan. Throws `RunPlanError`.
    public func whole() throws -> RunPlan {
        try RunPlan(items: items, folder: output, unlisted: unlisted, passedOver: passedOver)
    }

    /// Returns the part of a shard. Paths that could not be listed, or were left out, belong to no shard; they are in the merged manifest.
    /// Throws `RunPlanError`.
    public func part(of shard: Shard) throws -> RunPlan {
        try RunPlan(items: shard.part(of: items), folder: output)
    }

    private static let lineFeed = UInt8(ascii: "\n")
}
