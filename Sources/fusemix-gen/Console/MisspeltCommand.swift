import ArgumentParser
import Foundation

/// A first word that was meant as a command.
enum MisspeltCommand {
    /// Throws `UsageError` for a word that is no command of these, no option, no file and not written as one.
    ///
    /// - Parameter parent: The command that these belong to; nil for the root, which takes files as well.
    static func check(_ word: String, among subcommands: [any ParsableCommand.Type], of parent: String? = nil) throws {
        let commands = subcommands.compactMap { $0.configuration.commandName }
        guard !commands.contains(word), !word.hasPrefix("-"), word != "help" else { return }
        if let parent {
            let near = commands.min { distance($0, word) < distance($1, word) } ?? ""
            let guess =
                distance(near, word) <= 2 ? ": did you mean “\(near)”?" : ", but \(commands.joined(separator: ", "))."
            throw UsageError("There is no “\(parent) \(word)”\(guess)")
        }
        guard !word.contains(where: { "./".contains($0) }), !FileManager.default.fileExists(atPath: word) else {
            return
        }
        let beginning = "Neither a command nor a file is called “\(word)”"
        if let near = commands.min(by: { distance($0, word) < distance($1, word) }), distance(near, word) <= 2 {
            throw UsageError("\(beginning): did you mean “\(near)”?")
        }
        throw UsageError("\(beginning); a sound needs no command: fusemix-gen SOUND -o PICTURE.")
    }

    /// Levenshtein's distance.
    private static func distance(_ first: String, _ second: String) -> Int {
        let second = Array(second)
        var row = Array(0...second.count)
        for (i, character) in first.enumerated() {
            var diagonal = row[0]
            row[0] = i + 1
            for j in second.indices {
                let substituted = diagonal + (character == second[j] ? 0 : 1)
                diagonal = row[j + 1]
                row[j + 1] = min(substituted, row[j] + 1, row[j + 1] + 1)
            }
        }
        return row[second.count]
    }
}
