import ArgumentParser

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
        CommandDescription(of: command)?.abstract(of: String(option.drop { $0 == "-" }))
    }
}

extension CommandDescription {
    /// The help of an option of the command, or of one of its subcommands.
    fileprivate func abstract(of name: String) -> String? {
        let own = arguments?.first { $0.names?.contains { $0.name == name } ?? false }
        return own?.abstract ?? subcommands?.lazy.compactMap { $0.abstract(of: name) }.first
    }
}
