import Foundation
import TestSupport
import Testing

/// `docs/retrieval.md` as a reader follows it: its commands word by word, then its NumPy over the files that they made.
@Suite struct RetrievalGuideTests {
    /// Whether Python with NumPy (`python3-numpy`) is there to run the last part.
    private static let hasNumPy = (try? run("/usr/bin/python3", "import numpy", in: URL(filePath: "/"))) == 0

    @Test func theWalk() throws {
        let scratch = try TemporaryFolder()
        try walk(in: scratch)
        #expect(try scratch.names.contains("bridge.json"))
    }

    @Test(.enabled(if: hasNumPy)) func numPyFindsTheSameFigures() throws {
        let scratch = try TemporaryFolder()
        try walk(in: scratch)
        let python = try Self.blocks("python").joined(separator: "\n")
        #expect(try Self.run("/usr/bin/python3", python, in: scratch.url) == 0)
    }

    private func walk(in scratch: TemporaryFolder) throws {
        try FileManager.default.createSymbolicLink(at: scratch.url("Samples"), withDestinationURL: Checkout.samples)
        let script = try Self.blocks("sh").joined(separator: "\n")
        #expect(try Self.run("/bin/bash", "set -euo pipefail\n" + script, in: scratch.url) == 0)
    }

    /// The fenced blocks of a language, in their order.
    private static func blocks(_ language: String) throws -> [String] {
        let guide = try String(contentsOf: Checkout.root.appending(path: "docs/retrieval.md"), encoding: .utf8)
        return guide.components(separatedBy: "```\(language)\n").dropFirst().map {
            $0.components(separatedBy: "```")[0]
        }
    }

    /// Returns the exit status. What is printed goes to the test's own output.
    private static func run(_ interpreter: String, _ script: String, in folder: URL) throws -> Int32 {
        let process = Process()
        process.executableURL = URL(filePath: interpreter)
        process.arguments = ["-c", script]
        process.currentDirectoryURL = folder
        process.environment = Command.environment.merging([
            "PATH": Command.executable.deletingLastPathComponent().path + ":/usr/bin:/bin"
        ]) { $1 }
        try process.run()
        process.waitUntilExit()
        return process.terminationStatus
    }
}
