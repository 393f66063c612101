import ArgumentParser
import Foundation
import SoundBridge

/// `fusemix-gen models remove NAME`.
struct ModelsRemove: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "remove",
        abstract: "Forgets a model that was added.",
        usage: "fusemix-gen models remove <name> [--json]",
        discussion: "The model itself stays where it lies; a copy that --copy has made is deleted.")

    @Argument(help: ArgumentHelp("The name that it was added by.", valueName: "name"))
    var name: String

    @Flag(help: "Print one JSON object.")
    var json = false

    func run() throws {
        let entry = try ModelSearch().added.remove(name)
        let path = entry.location.path(percentEncoded: false)
        guard !json else {
            return try Console.result(jsonLine(Removed(removed: name, path: path, deleted: entry.isCopy)))
        }
        let rest = entry.isCopy ? "and its copy is deleted" : "and stays in \(path)"
        try Console.result("\(name) is no name of a model any more, \(rest).".printable)
    }

    private struct Removed: Encodable {
        let removed: String
        let path: String
        let deleted: Bool
    }
}
