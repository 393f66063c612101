import Foundation
import Testing

@Suite struct HelpTests {
    @Test(arguments: [("help", ["--help"]), ("help-inspect", ["inspect", "--help"]), ("help-models", ["models", "--help"])])
    func help(name: String, arguments: [String]) throws {
        let outcome = try Command.start(arguments, environment: ["COLUMNS": "100"]).finish()
        #expect(outcome.exitCode == 0)
        #expect(outcome.errors.isEmpty)
        try expectSnapshot(outcome.text, name)
    }

    @Test func version() throws {
        let outcome = try Command.run("--version")
        #expect(outcome.exitCode == 0)
        #expect(outcome.text.hasPrefix("fusemix-gen 0."))
    }

    /// What users get wrong most: each names the option and the range, and exits with 2.
    @Test(arguments: [
        ["-o", "x.png"], ["dog.wav"], ["--prompt", "a", "-o", "x.png", "--steps", "0"],
        ["--prompt", "a", "-o", "x.png", "--steps", "many"], ["--prompt", "a", "-o", "x.png", "--guidance-scale", "-1"],
        ["--prompt", "a", "-o", "x.png", "--audio-weight", "1.5"], ["--prompt", "a", "-o", "x.png", "--seed", "-4"],
        ["--prompt", "a", "-o", "x.png", "--seed", "9223372036854775808"],
        ["--prompt", "a", "-o", "x.png", "--sampler", "magic"], ["--prompt", "a", "-o", "x.png", "--count", "0"],
        ["--prompt", "a", "-o", "x.png", "--precision", "f8"], ["--prompt", "a", "-o", "x.png", "--threads", "0"],
        ["--prompt", "a", "-o", "x.png", "--window", "last"], ["--prompt", "a", "-o", "x.png", "--colour", "red"],
        ["--prompt", "a", "-o", "-", "--count", "2"], ["-", "-", "-o", "pictures/"],
    ])
    func wrongUsage(arguments: [String]) throws {
        let scratch = try Scratch()
        let outcome = try Command.start(arguments, in: scratch.url).finish()
        #expect(outcome.exitCode == 2)
        #expect(outcome.output.isEmpty)
        #expect(scratch.names.isEmpty)
        let name = arguments.map { $0.replacingOccurrences(of: "/", with: "") }.joined(separator: " ")
        try expectSnapshot(outcome.errors, "usage \(name)")
    }
}
