import ArgumentParser
import BatchRuns
import Foundation
import SoundBridge

/// Entry point: runs the command and turns what it throws into a sentence and an exit code.
@main
enum Main {
    /// 1, an item failed, is thrown as `ExitCode(1)` after each failure has been reported.
    private enum Status {
        static let usage: Int32 = 2
        static let model: Int32 = 3
    }

    static func main() async {
        let (command, arguments) = chosen(by: Array(CommandLine.arguments.dropFirst()))
        signal(SIGPIPE, SIG_IGN)
        // What makes pictures knows only by its inputs how it wants to end, and leaves nothing behind before.
        if command != FusemixGen.self && command != Run.self { Interrupts.install(isPatient: command == Train.self) }
        do {
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

    /// The command that the first word names, or the root, whose inputs would otherwise swallow that word.
    private static func chosen(by arguments: [String]) -> (any ParsableCommand.Type, [String]) {
        let subcommands = FusemixGen.configuration.subcommands
        if arguments.isEmpty { return (FusemixGen.self, ["--help"]) }
        if arguments.first == "help" { return chosen(by: arguments.dropFirst() + ["--help"]) }
        let named = subcommands.first { $0.configuration.commandName == arguments.first }
        return named.map { ($0, Array(arguments.dropFirst())) } ?? (FusemixGen.self, arguments)
    }

    private static func report(_ error: any Error, of command: any ParsableCommand.Type) -> Int32 {
        switch error {
        case let code as ExitCode:
            return code.rawValue
        case is ModelError:
            Console.error("\(error)")
            return Status.model
        case is UsageError, is RunPlanError, is ItemListError, is ShardError:
            Console.error("\(error)")
            return Status.usage
        default:
            return reportParsing(error, of: command)
        }
    }

    /// argument-parser's own errors, help and version among them; its code for wrong usage is 64.
    /// Of a wrong usage only the sentence is printed, for the whole usage would bury it.
    private static func reportParsing(_ error: any Error, of command: any ParsableCommand.Type) -> Int32 {
        let code = command.exitCode(for: error)
        if code == .success {
            try? Console.result(command.fullMessage(for: error))
            return code.rawValue
        }
        let sentence = command.message(for: error)
        Console.error(sentence.hasSuffix(".") ? sentence : sentence + ".")
        return code == .validationFailure ? Status.usage : code.rawValue
    }
}
