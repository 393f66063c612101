import ArgumentParser
import Foundation
import PictureFiles
import SoundBridge

/// `fusemix-gen inspect out.png`: what a picture carries.
struct Inspect: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "inspect",
        abstract: "Prints the settings that pictures carry.",
        usage: "fusemix-gen inspect <png> ... [--json]",
        discussion: "Exit code 1 when a file is no PNG or carries no settings of fusemix-gen.")

    @Argument(help: ArgumentHelp("PNG files.", valueName: "png"))
    var pictures: [String]

    @Flag(help: "Print one JSON object a picture.")
    var json = false

    func run() throws {
        var failed = false
        for path in pictures {
            do {
                try Console.result(json ? describeAsJSON(path) : describe(path))
            } catch {
                Console.error("\(error)")
                failed = true
            }
        }
        if failed { throw ExitCode(1) }
    }

    private func record(_ path: String) throws -> PictureRecord {
        do {
            guard let record = try PictureRecord(pngContentsOf: URL(filePath: path)) else {
                throw UsageError("\(path) carries no settings of fusemix-gen.")
            }
            return record
        } catch is DecodingError {
            throw UsageError("The settings that \(path) carries cannot be read.")
        }
    }

    private func describeAsJSON(_ path: String) throws -> String {
        var record = try record(path)
        record.output = path
        return try record.json()
    }

    private func describe(_ path: String) throws -> String {
        let record = try record(path)
        let chunks = try record.textChunks()
        let parameters = chunks.first { $0.keyword == PictureRecord.parametersKeyword }?.text ?? ""
        let heard = record.heard.map { "\($0.label) \(String(format: "%.2f", $0.score))" }.joined(separator: ", ")
        return "\(path)\n\(parameters)\nHeard: \(heard)"
    }
}
