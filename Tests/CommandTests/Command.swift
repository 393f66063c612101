import Foundation
import TestSupport

/// The built command, run as a user runs it.
struct Command {
    struct Outcome {
        /// The exit status, or the number of the signal that ended it.
        let exitCode: Int32
        /// Whether it was ended by a signal, or with an exit status that stands for one.
        let wasInterrupted: Bool
        let output: Data
        let errors: String

        var text: String { String(decoding: output, as: UTF8.self) }
        /// The objects of `--json`, one per line.
        var objects: [[String: Any]] {
            text.split(separator: "\n").compactMap {
                try? JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any]
            }
        }
    }

    /// The command, which lies beside the test bundle.
    static let executable = URL(filePath: CommandLine.arguments[0]).resolvingSymlinksInPath()
        .deletingLastPathComponent().appending(path: "fusemix-gen")

    /// The whole environment of every command: the models of the checkout, and one thread, as threads that share a busy
    /// core wait for each other far longer than they compute. Temporary files go where those of the tests go.
    static let environment = [
        "FUSEMIX_MODELS": Checkout.models.path, "PATH": "/usr/bin:/bin", "OMP_NUM_THREADS": "1",
        "TMPDIR": FileManager.default.temporaryDirectory.path,
    ]

    /// Runs the command to its end, in `environment` with additions.
    static func run(
        _ arguments: String..., input: Data? = nil, environment: [String: String] = [:], in directory: URL? = nil
    ) throws -> Outcome {
        let running = try start(arguments, input: input, environment: environment, in: directory)
        return try running.finish()
    }

    /// Starts the command and leaves it running.
    ///
    /// - Parameter wrapper: A command and its first arguments, which runs the command line that follows them.
    static func start(
        _ arguments: [String], input: Data? = nil, environment: [String: String] = [:], in directory: URL? = nil,
        by wrapper: [String] = []
    ) throws -> Running {
        let process = Process()
        let words = wrapper + [executable.path] + arguments
        process.executableURL = URL(filePath: words[0])
        process.arguments = Array(words.dropFirst())
        process.environment = Self.environment.merging(environment) { $1 }
        process.currentDirectoryURL = directory
        // Files are used instead of pipes: a full pipe would stop the command, as nobody reads while it runs.
        let scratch = try TemporaryFolder()
        let standardInput = try scratch.write("in", input ?? Data())
        let standardOutput = try scratch.write("out", ""), standardError = try scratch.write("err", "")
        process.standardInput = try FileHandle(forReadingFrom: standardInput)
        process.standardOutput = try FileHandle(forWritingTo: standardOutput)
        process.standardError = try FileHandle(forWritingTo: standardError)
        try process.run()
        return Running(process: process, scratch: scratch, output: standardOutput, errors: standardError)
    }

    /// Starts the command, waits until the condition holds and sends a signal.
    ///
    /// On a busy machine the command may finish before the signal is sent. Then all starts anew, after `reset`; a
    /// command that finishes every time ignores the signal, and its last outcome is returned.
    static func interrupt(
        _ arguments: [String], with signal: Int32, in directory: URL, when isTime: () throws -> Bool,
        reset: () throws -> Void
    ) throws -> Outcome {
        func attempt() throws -> Outcome {
            let running = try start(arguments, in: directory)
            while try running.process.isRunning && !isTime() { usleep(1000) }
            kill(running.process.processIdentifier, signal)
            return try running.finish()
        }
        var outcome = try attempt()
        for _ in 0..<9 where !outcome.wasInterrupted {
            try reset()
            outcome = try attempt()
        }
        return outcome
    }

    struct Running {
        let process: Process
        fileprivate let scratch: TemporaryFolder
        fileprivate let output: URL
        fileprivate let errors: URL

        func finish() throws -> Outcome {
            process.waitUntilExit()
            return try Outcome(
                exitCode: process.terminationStatus,
                wasInterrupted: process.terminationReason == .uncaughtSignal || process.terminationStatus > 128,
                output: Data(contentsOf: output),
                errors: String(decoding: Data(contentsOf: errors), as: UTF8.self))
        }
    }
}
