import ArgumentParser
import Foundation

/// A manual page in the macros of man(7), made from what the help of a command and its subcommands says.
struct ManualPage {
    private(set) var text: String

    init(of command: any ParsableCommand.Type, version: String) {
        let name = command._commandName
        text = """
            .TH \(name.uppercased()) 1 "" "\(Roff.text(version))" "User Commands"
            .SH NAME
            \(Roff.text(name)) \\- \(Roff.text(command.configuration.abstract))

            """
        text += ".SH SYNOPSIS\n" + Self.usage(of: command)
        text += ".SH DESCRIPTION\n" + Roff.paragraphs(command.configuration.discussion)
        text += ".SH OPTIONS\n" + Self.options(of: command)
        text += ".SH COMMANDS\n"
        for subcommand in command.configuration.subcommands { add(subcommand, after: name) }
    }

    /// Adds a section of terms with their meanings.
    mutating func add(section: String, _ terms: [(String, String)]) {
        text += ".SH \(section)\n"
        for (term, meaning) in terms { text += ".TP\n.B \(Roff.text(term))\n\(Roff.text(meaning))\n" }
    }

    private mutating func add(_ command: any ParsableCommand.Type, after parent: String) {
        guard command.configuration.shouldDisplay else { return }
        let name = "\(parent) \(command._commandName)"
        guard command.configuration.subcommands.isEmpty else {
            for subcommand in command.configuration.subcommands { add(subcommand, after: name) }
            return
        }
        text += ".SS \(Roff.text(name))\n" + Roff.paragraphs(command.configuration.abstract) + Self.usage(of: command)
        text += Roff.paragraphs(command.configuration.discussion) + Self.options(of: command)
    }

    private static func usage(of command: any ParsableCommand.Type) -> String {
        let usage = command.configuration.usage ?? command.usageString().replacing("Usage: ", with: "")
        return Roff.example(usage.split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) })
    }

    private static func options(of command: any ParsableCommand.Type) -> String {
        (CommandDescription(of: command)?.arguments ?? []).filter(\.shouldDisplay).map(\.roff).joined()
    }
}

extension CommandDescription.Argument.Name {
    fileprivate var typed: String { (kind == "long" ? "--" : "-") + name }
}

extension CommandDescription.Argument {
    fileprivate var roff: String {
        let value = kind == "flag" ? "" : "\\fI\(Roff.text(valueName ?? ""))\\fR"
        let options = (names ?? []).map { "\\fB\(Roff.text($0.typed))\\fR" }.joined(separator: ", ")
        let values = allValues.map { "Values: \($0.joined(separator: ", "))." }
        let standard = defaultValue.flatMap { kind == "flag" ? nil : "(default: \($0))" }
        let meaning = [abstract, values, standard].compactMap(\.self).joined(separator: " ")
        return ".TP\n\([options, value].filter { !$0.isEmpty }.joined(separator: " "))\n\(Roff.text(meaning))\n"
    }
}

/// Text in the language of groff.
enum Roff {
    /// Escapes text, so that it is printed as it is.
    static func text(_ text: String) -> String {
        let escaped = text.replacing("\\", with: "\\e").replacing("-", with: "\\-")
        return escaped.hasPrefix(".") || escaped.hasPrefix("'") ? "\\&" + escaped : escaped
    }

    /// Lines that stand as they are.
    static func example(_ lines: [String]) -> String {
        ".PP\n.nf\n.RS\n" + lines.map { text($0) + "\n" }.joined() + ".RE\n.fi\n"
    }

    /// Paragraphs with blank lines between them, indented ones as examples.
    static func paragraphs(_ text: String) -> String {
        text.split(separator: "\n\n").map { paragraph in
            let lines = paragraph.split(separator: "\n").map(String.init)
            guard lines.allSatisfy({ $0.hasPrefix("  ") }) else {
                return ".PP\n" + lines.map { Roff.text($0) + "\n" }.joined()
            }
            return example(lines.map { String($0.dropFirst(2)) })
        }.joined()
    }
}
