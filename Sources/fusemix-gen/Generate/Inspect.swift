import ArgumentParser
import Foundation
import PictureFiles
import SoundBridge

/// `fusemix-gen inspect out.png`: the record that a picture carries.
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

    private func describeAsJSON(_ path: String) throws -> String {
        var record = try PictureRecord(pngContentsOf: URL(filePath: path))
        record.output = path
        return try record.json()
    }

    private func describe(_ path: String) throws -> String {
        let record = try PictureRecord(pngContentsOf: URL(filePath: path))
        let chunks = try record.textChunks()
        let parameters = chunks.first { $0.keyword == PictureRecord.parametersKeyword }?.text ?? ""
        let heard = record.heard.map { "\($0.label) \(String(format: "%.2f", $0.score))" }.joined(separator: ", ")
        return "\(path)\n\(parameters)\nHeard: \(heard)"
    }
}
