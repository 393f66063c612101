import ArgumentParser
import Foundation

/// The help of a command's options, for messages about them.
enum OptionHelp {
    /// Adds to argument-parser's sentence about an invalid value what the option takes, in the words of its help, where the
    /// sentence does not say it.
    static func explained(_ sentence: String, by command: any ParsableCommand.Type) -> String {
        guard let match = sentence.wholeMatch(of: /The value '.*' is invalid for '(-[^ ']+)( <.*>)?'/),
            let help = abstract(of: String(match.output.1), in: command)
        else { return sentence }
        return "\(sentence): \(help.prefix(upTo: help.firstRange(of: " (default")?.lowerBound ?? help.endIndex))"
    }

    private static func abstract(of option: String, in command: any ParsableCommand.Type) -> String? {
        let dump = try? JSONDecoder().decode(Dump.self, from: Data(command._dumpHelp().utf8))
        let name = String(option.drop { $0 == "-" })
        return dump?.command.abstract(of: name)
    }

    /// What is needed of argument-parser's description of a command.
    private struct Dump: Decodable {
        struct Command: Decodable {
            let arguments: [Argument]?
            let subcommands: [Command]?

            func abstract(of name: String) -> String? {
                let own = arguments?.first { $0.names?.contains { $0.name == name } ?? false }
                return own?.abstract ?? subcommands?.lazy.compactMap { $0.abstract(of: name) }.first
            }
        }
        struct Argument: Decodable {
            let names: [Name]?
            let abstract: String?
        }
        struct Name: Decodable { let name: String }
        let command: Command
    }
}
