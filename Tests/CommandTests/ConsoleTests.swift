import Foundation
import TestSupport
import Testing

/// What a user sees of a run while it goes on, and when it ends early.
@Suite(.serialized) struct ConsoleTests {
    let scratch: TemporaryFolder
    let dog = Checkout.samples.appending(path: "dog-bark.ogg").path

    init() throws { scratch = try TemporaryFolder() }

    /// Runs the command on a terminal of so many columns; returns what was written to it, between carriage returns and
    /// line feeds.
    private func onTerminal(columns: Int, _ arguments: String) throws -> [String] {
        let line = "stty cols \(columns); $0 \(arguments)"
        let outcome = try Command.start(
            [], environment: ["LC_ALL": "C.UTF-8"], in: scratch.url,
            by: ["/bin/sh", "-c", "exec script -qec \"\(line)\" /dev/null"]
        ).finish()
        #expect(outcome.exitCode == 0, "\(outcome.text)")
        return outcome.text.replacing("\u{1B}[K", with: "").split(whereSeparator: \.isNewline).map(String.init)
    }

    @Test func theBarStaysBelowTheResultsAndFitsTheTerminal() throws {
        for name in ["a", "犬が吠える犬が吠える犬が吠える犬が吠える", "c"] {
            try scratch.copy(URL(filePath: dog), to: "in/\(name).ogg")
        }
        let lines = try onTerminal(columns: 50, "in -o out --steps 40 --batch-size 1 --candidates 1")
        let bars = lines.filter { $0.contains("░") || $0.contains("█") }
        #expect(bars.count > 3 && bars[0].contains("loading the model"), "\(lines)")
        #expect(bars.contains { $0.contains("step ") && $0.contains(" of 40") })
        // A wide character takes two columns.
        for bar in bars {
            let columns = bar.unicodeScalars.reduce(0) { $0 + ((0x2E80...0xFFDC).contains($1.value) ? 2 : 1) }
            #expect(columns < 50, "\(bar)")
            #expect(!bar.contains("heard"))
        }
        #expect(lines.filter { $0.hasPrefix("out/") && $0.contains("heard: ") }.count == 3)
        #expect(lines.contains { $0.hasPrefix("3 of 3 pictures done") })
    }

    @Test func whatIsNoTerminalGetsNoBar() throws {
        let outcome = try Command.run(dog, "-o", scratch.path("a.png"), "--steps", "2", "--seed", "0")
        #expect(outcome.errors.isEmpty && outcome.text.hasPrefix(scratch.path("a.png") + "  seed 0  heard: Bark"))
    }

    @Test(arguments: [SIGINT, SIGTERM])
    func anInterruptedRunSaysWhatItMadeAndHowToGoOn(signal: Int32) throws {
        let outcome = try Command.interrupt(
            [dog, "-o", "a.png", "--count", "12", "--steps", "60"], with: signal, in: scratch.url
        ) {
            try scratch.names.contains { $0.hasSuffix(".png") }
        } reset: {
            for name in try scratch.names { try FileManager.default.removeItem(at: scratch.url(name)) }
        }
        #expect(outcome.exitCode == 128 + signal)
        let made = try scratch.names.filter { $0.hasSuffix(".png") }.count
        #expect(made > 0 && made < 12)
        #expect(outcome.text.split(separator: "\n").count == made)
        let left = 12 - made
        let count = left > 1 ? " --count \(left)" : ""
        #expect(
            outcome.errors.hasSuffix("\(made) of 12 pictures done. --seed \(made)\(count) makes the others.\n"),
            "\(outcome.errors)")
        // That is so.
        let rest = try Command.start(
            [dog, "-o", "a.png", "--seed", "\(made)", "--count", "\(left)", "--steps", "1"], in: scratch.url
        ).finish()
        #expect(rest.exitCode == 0)
        #expect(try scratch.names.filter { $0.hasSuffix(".png") }.count == (left > 1 ? 12 : made + 1))
    }

    @Test func existingOutputsAreFoundBeforeAnythingIsMade() throws {
        let first = try Command.start([dog, "-o", "a.png", "--count", "2", "--steps", "1"], in: scratch.url).finish()
        #expect(first.exitCode == 0)
        for more in [["--count", "3", "--grid"], ["--seed", "1", "--count", "2"]] {
            let again = try Command.start([dog, "-o", "a.png", "--steps", "1"] + more, in: scratch.url).finish()
            #expect(again.exitCode == 1 && again.output.isEmpty)
            #expect(again.errors.contains("a-") && again.errors.hasSuffix("--overwrite replaces it.\n"))
            #expect(try scratch.names.sorted() == ["a-0.png", "a-1.png"])
        }
        try scratch.write("b-grid.png", "")
        let sheet = try Command.start(
            [dog, "-o", "b.png", "--count", "2", "--grid", "--steps", "1"], in: scratch.url
        ).finish()
        #expect(sheet.exitCode == 1 && sheet.errors.contains("b-grid.png"))
        #expect(try scratch.names.count == 3)
    }

    @Test func aPlainNameGetsTheExtension() throws {
        for (given, written) in [("a", "a.png"), ("b.v2", "b.v2"), ("c", "c.png")] {
            let outcome = try Command.start([dog, "-o", given, "--steps", "1"], in: scratch.url).finish()
            #expect(outcome.exitCode == 0 && outcome.text.hasPrefix(written + "  "))
            #expect(try scratch.names.contains(written))
        }
        #expect(try Command.start([dog, "-o", "/dev/full", "--steps", "1"], in: scratch.url).finish().exitCode == 1)
    }

    @Test func aRunWarnsOfWhatTheModelDoesNotDrawOnce() throws {
        try scratch.write(
            "list.jsonl",
            Data(
                """
                {"prompt": "in the snow", "output": "a.png"}
                {"prompt": "in the snow", "output": "b.png"}
                {"prompt": "a dog", "output": "c.png", "guidanceScale": 20}
                """.utf8))
        let outcome = try Command.start(["--list", "list.jsonl", "-o", "out", "--steps", "1"], in: scratch.url).finish()
        #expect(outcome.exitCode == 0)
        let warnings = outcome.errors.split(separator: "\n").filter { $0.contains("warning: ") }
        #expect(warnings.count == 2 && warnings[0].contains("“in the snow” is far") && warnings[1].contains("at 20"))
    }
}
