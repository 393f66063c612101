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
        Interrupts.install()
        do {
            var command = try FusemixGen.parseAsRoot()
            if var command = command as? any AsyncParsableCommand {
                try await command.run()
            } else {
                try command.run()
            }
        } catch {
            exit(report(error))
        }
    }

    private static func report(_ error: any Error) -> Int32 {
        switch error {
        case let code as ExitCode:
            return code.rawValue
        case is ModelError:
            Console.error("\(error)")
            return Status.model
        case is UsageError, is RunPlanError:
            Console.error("\(error)")
            return Status.usage
        default:
            return reportParsing(error)
        }
    }

    /// argument-parser's own errors, help and version among them; its code for wrong usage is 64.
    private static func reportParsing(_ error: any Error) -> Int32 {
        let code = FusemixGen.exitCode(for: error)
        let message = FusemixGen.fullMessage(for: error)
        if code == .success {
            Console.result(message)
        } else {
            Console.note(message + "\n")
        }
        return code == .validationFailure ? Status.usage : code.rawValue
    }
}
