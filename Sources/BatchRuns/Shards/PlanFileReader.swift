import FilesOnDisk
import Foundation
import SoundBridge

/// A reader of the lines of a `PlanFile`, none of which is trusted. All functions throw `FileContentError`.
struct PlanFileReader {
    let file: String

    func heading(_ line: Data) throws -> PlanFile.Heading {
        struct Format: Decodable {
            let format: String
        }
        guard let format = try? JSONDecoder().decode(Format.self, from: line).format else {
            throw FileContentError.unsuitable(file: file, found: "another first line", expected: "that of a plan")
        }
        guard format == PlanFile.format else {
            throw FileContentError.unsuitable(
                file: file, found: "the format “\(format.onOneLine)”", expected: "“\(PlanFile.format)”")
        }
        let heading = try decode(PlanFile.Heading.self, line, number: 1)
        let header = heading.header
        try require(1, ThreadCount.range.contains(header.threads), "header.threads", "from 1 to 1024")
        try require(1, header.settings.isInRange, "header.settings", "within the ranges of the options")
        try require(1, isPath(heading.output), "output", "the path of a folder")
        try require(1, isPath(heading.model), "model", "a name or the path of a folder")
        return heading
    }

    /// - Parameters:
    ///   - number: the line number.
    ///   - folder: the folder of the item's pictures.
    func item(_ line: Data, number: Int, below folder: String) throws -> RunItem {
        let item = try decode(RunItem.self, line, number: number)
        try require(number, item.settings.isInRange, "settings", "within the ranges of the options")
        switch item.source {
        case .file(let path): try require(number, isPath(path), "input", "a path")
        case .standardInput: try require(number, false, "input", "a file, not standard input")
        case .none: try require(number, item.settings.prompt != nil, "prompt", "given where there is no input")
        }
        try require(number, isPath(item.relativePath), "path", "a path")
        try require(number, RunItem.pictureCounts.contains(item.pictures.count), "pictures", "a list of 1 to 10000")
        for picture in item.pictures {
            try require(number, GenerationSettings.seedRange.contains(picture.seed), "seed", "from 0 to 2^63-1")
            try require(
                number, isPicture(picture.destination, below: folder), "output",
                "a path below \(folder.onOneLine) that ends in .png")
        }
        return item
    }

    func refuseSameOutputs(_ items: [RunItem]) throws {
        // Keys are bytes: strings that differ only in the form of an accent are different files.
        var lines: [[UInt8]: Int] = [:]
        for (index, item) in items.enumerated() {
            for picture in item.pictures {
                let first = lines.updateValue(index + 2, forKey: Array(picture.destination.name.utf8))
                try require(index + 2, first == nil, "output", "another than that of line \(first ?? 0)")
            }
        }
    }

    private func decode<Value: Decodable>(_ type: Value.Type, _ line: Data, number: Int) throws -> Value {
        do {
            return try JSONDecoder().decode(type, from: line)
        } catch let error as DecodingError {
            throw FileContentError(error, file: place(number))
        }
    }

    private func require(_ number: Int, _ holds: Bool, _ field: String, _ expected: String) throws {
        guard holds else { throw FileContentError.field(file: place(number), field: field, expected: expected) }
    }

    private func place(_ number: Int) -> String { "\(file), line \(number)," }

    private func isPath(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.count < Int(PATH_MAX) && !text.utf8.contains(0)
    }

    private func isPicture(_ destination: RunDestination, below folder: String) -> Bool {
        let prefix = FolderListing.join(folder, "")
        guard case .file(let path) = destination, isPath(path), path.hasPrefix(prefix) else { return false }
        return PicturePath.isBelowAFolder(path.dropFirst(prefix.count))
    }
}
