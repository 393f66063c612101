import Foundation
import TestSupport
import Testing

/// The guides as a reader follows them: their commands word by word.
@Suite struct GuideTests {
    /// Whether Python with NumPy (`python3-numpy`) is there to run the last part.
    private static let hasNumPy = (try? run("/usr/bin/python3", "import numpy", in: URL(filePath: "/"))) == 0

    @Test func retrieval() throws {
        let scratch = try TemporaryFolder()
        try walk("retrieval", in: scratch)
        #expect(try scratch.names.contains("bridge.json"))
    }

    /// On a stand-in of random weights.
    @Test func bringYourOwn() throws {
        let scratch = try TemporaryFolder()
        let model = try StandIn("sd1").write(to: scratch)
        try FileManager.default.moveItem(at: model, to: scratch.url("sd"))
        try walk("bring-your-own", in: scratch)
        #expect(try Set(scratch.names).isSuperset(of: ["dog.png", "painted.png", "forest.png", "pictures"]))
    }

    @Test(.enabled(if: hasNumPy)) func numPyFindsTheSameFigures() throws {
        let scratch = try TemporaryFolder()
        try walk("retrieval", in: scratch)
        let python = try Self.blocks("python", of: "retrieval").joined(separator: "\n")
        #expect(try Self.run("/usr/bin/python3", python, in: scratch.url) == 0)
    }

    private func walk(_ guide: String, in scratch: TemporaryFolder) throws {
        try FileManager.default.createSymbolicLink(at: scratch.url("Samples"), withDestinationURL: Checkout.samples)
        let script = try Self.blocks("sh", of: guide).joined(separator: "\n")
        #expect(try Self.run("/bin/bash", "set -euo pipefail\n" + script, in: scratch.url) == 0)
    }

    /// The fenced blocks of a language in a guide, in their order.
    private static func blocks(_ language: String, of guide: String) throws -> [String] {
        let guide = try String(contentsOf: Checkout.root.appending(path: "docs/\(guide).md"), encoding: .utf8)
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
            "PATH": Command.executable.deletingLastPathComponent().path + ":/usr/bin:/bin",
            "XDG_DATA_HOME": folder.appending(path: ".data").path,
        ]) { $1 }
        try process.run()
        process.waitUntilExit()
        return process.terminationStatus
    }
}
