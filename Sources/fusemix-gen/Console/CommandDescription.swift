import ArgumentParser
import Foundation

/// Argument-parser's own description of a command, as far as messages and the manual page need it.
struct CommandDescription: Decodable {
    struct Argument: Decodable {
        struct Name: Decodable {
            let kind: String
            let name: String
        }

        let kind: String
        let shouldDisplay: Bool
        let names: [Name]?
        let valueName: String?
        let defaultValue: String?
        let allValues: [String]?
        let abstract: String?
    }

    let arguments: [Argument]?
    let subcommands: [CommandDescription]?

    /// Nil where argument-parser's description has another form.
    init?(of command: any ParsableCommand.Type) {
        struct Dump: Decodable { let command: CommandDescription }
        guard let dump = try? JSONDecoder().decode(Dump.self, from: Data(command._dumpHelp().utf8)) else { return nil }
        self = dump.command
    }
}
