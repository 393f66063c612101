import ArgumentParser
import FilesOnDisk
import Foundation
import PictureFiles
import SoundBridge

/// `fusemix-gen inspect out.png`: the settings that a picture carries.
struct Inspect: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "inspect",
        abstract: "Prints the settings that pictures carry.",
        usage: "fusemix-gen inspect <picture> ... [--json]",
        discussion: """
            Reads the settings of fusemix-gen, of stable-diffusion-webui (PNG, JPEG, WebP) and of ComfyUI (PNG); of other \
            programs' it shows what --params-from takes and what it leaves out. Exit code 1 when a file is no picture \
            or carries no settings.
            """)

    @Argument(help: ArgumentHelp("PNG, JPEG or WebP files.", valueName: "picture"))
    var pictures: [String]

    @Flag(help: "Print one JSON object a picture.")
    var json = false

    func run() throws {
        var failed = false
        for path in pictures {
            do {
                try Console.result(json ? describeAsJSON(path) : describe(path).printableLines)
            } catch {
                Console.error("\(error)")
                failed = true
            }
        }
        if failed { throw ExitCode(1) }
    }

    private func describeAsJSON(_ path: String) throws -> String {
        switch try CarriedSettings(contentsOf: URL(filePath: path)) {
        case .own(var record):
            record.output = path
            return try record.json()
        case .foreign(let settings): return try jsonLine(InspectedSettings(output: path, settings: settings))
        }
    }

    private func describe(_ path: String) throws -> String {
        switch try CarriedSettings(contentsOf: URL(filePath: path)) {
        case .own(let record):
            let chunks = try record.textChunks()
            let parameters = chunks.first { $0.keyword == PictureRecord.parametersKeyword }?.text ?? ""
            let heard = record.heard.map { "\($0.label) \(String(format: "%.2f", $0.score))" }.joined(separator: ", ")
            return "\(path)\n\(parameters)" + (record.prompts.isEmpty ? "" : "\nPrompts: \(record.promptLine ?? "")")
                + (heard.isEmpty ? "" : "\n\(record.headingOfHeard.capitalized): \(heard)")
        case .foreign(let settings):
            let leftOut = settings.leftOut.isEmpty ? "nothing" : settings.leftOut.joined(separator: ", ")
            return "\(path)\n\(settings.parameters)\nOf \(settings.program); left out: \(leftOut)"
        }
    }
}

/// Another program's settings as a line of JSON, the picture beside them.
private struct InspectedSettings: Encodable {
    let output: String
    let settings: ForeignSettings

    private enum CodingKeys: CodingKey { case output }

    func encode(to encoder: any Encoder) throws {
        try settings.encode(to: encoder)
        var values = encoder.container(keyedBy: CodingKeys.self)
        try values.encode(output, forKey: .output)
    }
}
