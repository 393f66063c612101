import ArgumentParser
import FilesOnDisk
import Foundation
import LatentStore

/// Entry point: runs the command and turns what it throws into a sentence and an exit code.
@main
enum Main {
    static func main() async {
        signal(SIGPIPE, SIG_IGN)
        var command: any ParsableCommand.Type = FusemixGen.self
        do {
            try Environment.check()
            try checkArguments()
            let arguments: [String]
            (command, arguments) = try chosen(by: Array(CommandLine.arguments.dropFirst()))
            Interrupts.install((command as? any InterruptibleCommand.Type)?.interruptPolicy ?? .endAtOnce)
            var parsed = try command.parseAsRoot(arguments)
            if var parsed = parsed as? any AsyncParsableCommand {
                try await parsed.run()
            } else {
                try parsed.run()
            }
        } catch {
            exit(report(error, of: command))
        }
    }

    /// Swift mends arguments that are not UTF-8, so that they would say something else. Throws `UsageError`.
    private static func checkArguments() throws {
        for (place, argument) in CommandLine.arguments.enumerated().dropFirst() {
            guard let bytes = CommandLine.unsafeArgv[place] else { return }
            let data = Data(bytes: bytes, count: strlen(bytes))
            guard String(validating: data, as: UTF8.self) == nil else { continue }
            throw UsageError("Argument \(place), “\(argument.onOneLine)”, is not UTF-8.")
        }
    }

    /// Returns the command that the first word names, or the root, whose inputs would otherwise swallow that word.
    /// Throws `UsageError` for a first word that is neither a command nor a file.
    private static func chosen(by arguments: [String]) throws -> (any ParsableCommand.Type, [String]) {
        let subcommands = FusemixGen.configuration.subcommands
        guard let word = arguments.first else { return (FusemixGen.self, ["--help"]) }
        if word == "help" { return try chosen(by: arguments.dropFirst() + ["--help"]) }
        let named = subcommands.first { $0.configuration.commandName == word }
        if named == nil { try MisspeltCommand.check(word, among: subcommands) }
        if let next = arguments.dropFirst().first, let nested = named?.configuration.subcommands, !nested.isEmpty {
            try MisspeltCommand.check(next, among: nested, of: word)
        }
        return named.map { ($0, Array(arguments.dropFirst())) } ?? (FusemixGen.self, arguments)
    }

    private static func report(_ error: any Error, of command: any ParsableCommand.Type) -> Int32 {
        switch error {
        case let code as ExitCode:
            // The failures have been reported one by one.
            return code.rawValue
        case let error as AtomicFileError where error.reason == .exists:
            Console.error("\(error) --overwrite replaces it.")
            return error.exitStatus
        case LatentError.unfinished:
            Console.error("\(error) --resume goes on with it, --overwrite begins anew.")
            return 1
        case let error as any DescribedError:
            Console.error(error.description)
            return error.exitStatus
        default:
            return reportParsing(error, of: command)
        }
    }

    /// Reports argument-parser's own errors, including help and version; its code for a usage error is 64.
    /// For a usage error only the sentence is printed, as the whole usage would bury it.
    private static func reportParsing(_ error: any Error, of command: any ParsableCommand.Type) -> Int32 {
        let code = command.exitCode(for: error)
        if code == .success {
            do { try Console.result(command.fullMessage(for: error)) } catch { return report(error, of: command) }
            return code.rawValue
        }
        let sentence = OptionHelp.explained(command.message(for: error), by: command)
        Console.error(sentence.hasSuffix(".") || sentence.hasSuffix("?") ? sentence : sentence + ".")
        return code == .validationFailure ? 2 : code.rawValue
    }
}
