import Foundation

/// The built command, run as a user runs it.
struct Command {
    struct Outcome {
        let exitCode: Int32
        let output: Data
        let errors: String

        var text: String { String(decoding: output, as: UTF8.self) }
        /// The objects of `--json`, one a line.
        var objects: [[String: Any]] {
            text.split(separator: "\n").compactMap {
                try? JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any]
            }
        }
    }

    /// The checkout that the tests were built in.
    static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()
    static let samples = root.appending(path: "Samples")

    /// Products of a build lie side by side: the command beside the test bundle.
    static let executable = URL(filePath: CommandLine.arguments[0]).resolvingSymlinksInPath()
        .deletingLastPathComponent().appending(path: "fusemix-gen")

    /// Runs to the end. The environment is empty but for what is given, the models those of the checkout.
    static func run(
        _ arguments: String..., input: Data? = nil, environment: [String: String] = [:], in directory: URL? = nil
    ) throws -> Outcome {
        let running = try start(arguments, input: input, environment: environment, in: directory)
        return try running.finish()
    }

    /// Starts and leaves it running.
    ///
    /// - Parameter wrapper: A command and its first arguments, which runs what follows these.
    static func start(
        _ arguments: [String], input: Data? = nil, environment: [String: String] = [:], in directory: URL? = nil,
        by wrapper: [String] = []
    ) throws -> Running {
        let process = Process()
        let words = wrapper + [executable.path] + arguments
        process.executableURL = URL(filePath: words[0])
        process.arguments = Array(words.dropFirst())
        // One thread a command: threads that share a busy core wait for each other far longer than they compute.
        let models = root.appending(path: "Models").path
        process.environment = ["FUSEMIX_MODELS": models, "PATH": "/usr/bin:/bin", "OMP_NUM_THREADS": "1"]
            .merging(environment) { $1 }
        process.currentDirectoryURL = directory
        // Files rather than pipes: a full pipe would stop the command, and nobody reads while it runs.
        let scratch = try Scratch()
        let standardInput = scratch.url.appending(path: "in"), standardOutput = scratch.url.appending(path: "out")
        let standardError = scratch.url.appending(path: "err")
        try (input ?? Data()).write(to: standardInput)
        try Data().write(to: standardOutput)
        try Data().write(to: standardError)
        process.standardInput = try FileHandle(forReadingFrom: standardInput)
        process.standardOutput = try FileHandle(forWritingTo: standardOutput)
        process.standardError = try FileHandle(forWritingTo: standardError)
        try process.run()
        return Running(process: process, scratch: scratch, output: standardOutput, errors: standardError)
    }

    struct Running {
        let process: Process
        fileprivate let scratch: Scratch
        fileprivate let output: URL
        fileprivate let errors: URL

        func finish() throws -> Outcome {
            process.waitUntilExit()
            return try Outcome(
                exitCode: process.terminationStatus, output: Data(contentsOf: output),
                errors: String(decoding: Data(contentsOf: errors), as: UTF8.self))
        }
    }
}

/// A folder that goes away with its owner.
final class Scratch: Sendable {
    let url: URL

    init() throws {
        url = FileManager.default.temporaryDirectory.appending(path: "fusemix-gen-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(at: url) }

    func path(_ name: String) -> String { url.appending(path: name).path }
    func data(_ name: String) throws -> Data { try Data(contentsOf: url.appending(path: name)) }
    var names: [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: url.path)) ?? []).sorted()
    }
}
