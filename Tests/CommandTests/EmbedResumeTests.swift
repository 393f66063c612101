import Foundation
import TestSupport
import Testing

/// Runs of `embed` that are stopped, and resumed from the files they leave.
@Suite(.serialized) struct EmbedResumeTests {
    let scratch: TemporaryFolder
    private let arguments = ["embed", "lines.txt", "--encoder", "all-minilm-l6-v2", "--quiet"]

    /// Writes enough lines that a run can be stopped in the middle.
    init() throws {
        scratch = try TemporaryFolder()
        let lines = (0..<600).map { "a dog that barks \($0) times at the postman, who is afraid of it\n" }.joined()
        try scratch.write("lines.txt", lines)
    }

    private func embed(_ more: String...) throws -> Command.Outcome {
        try Command.start(arguments + more, in: scratch.url).finish()
    }

    /// Starts a run and sends it a signal when some rows are written.
    private func stop(with number: Int32) throws -> Command.Outcome {
        let outcome = try Command.interrupt(
            arguments + ["-o", "broken.safetensors"], with: number, in: scratch.url
        ) {
            ((try? scratch.data("broken.safetensors.partial")) ?? Data()).count >= 20 * 384 * 4
        } reset: {
            try FileManager.default.removeItem(at: scratch.url("broken.safetensors"))
        }
        #expect(try !scratch.names.contains("broken.safetensors"))
        #expect(try scratch.names.contains("broken.safetensors.partial"))
        return outcome
    }

    @Test func killedAndResumed() throws {
        _ = try stop(with: SIGKILL)
        let refused = try embed("-o", "broken.safetensors")
        #expect(refused.exitCode == 1 && refused.errors.contains("broken.safetensors.partial"), "\(refused.errors)")
        let other = try embed("-o", "broken.safetensors", "--resume", "--dtype", "f16")
        #expect(other.exitCode == 1 && other.errors.contains("other settings"), "\(other.errors)")
        let resumed = try embed("-o", "broken.safetensors", "--resume")
        #expect(resumed.exitCode == 0 && resumed.errors.isEmpty, "\(resumed.errors)")
        #expect(try embed("-o", "whole.safetensors").exitCode == 0)
        #expect(try scratch.data("broken.safetensors") == scratch.data("whole.safetensors"))
        #expect(try scratch.names == ["broken.safetensors", "lines.txt", "whole.safetensors"])
    }

    @Test(arguments: zip([SIGINT, SIGTERM], [130, 143] as [Int32]))
    func interrupted(number: Int32, code: Int32) throws {
        #expect(try stop(with: number).exitCode == code)
        #expect(try embed("-o", "broken.safetensors", "--resume").exitCode == 0)
        #expect(try scratch.names == ["broken.safetensors", "lines.txt"])
    }

    /// An id that now stands for another file, or for changed contents, is refused.
    @Test func changedItems() throws {
        let clip = try scratch.copy(Checkout.samples.appending(path: "rain.ogg"), to: "b.ogg")
        let dog = Checkout.samples.appending(path: "dog-bark.ogg").path
        let lines = "dog\t\(dog)\tanimal\nrain\tb.ogg\tweather\n"
        // The other items take long enough that a run can be stopped in the middle.
        let others = (0..<60).map { "\($0)\t\(dog)\t\n" }.joined()
        let arguments = ["embed", "clips.tsv", "--encoder", "yamnet", "--quiet", "-o", "a.safetensors"]
        func write(_ lines: String) throws { try scratch.write("clips.tsv", "id\tpath\tgroup\n" + lines + others) }
        func run(_ lines: String, _ more: String...) throws -> Command.Outcome {
            try write(lines)
            return try Command.start(arguments + more, in: scratch.url).finish()
        }
        try write(lines)
        let journal = scratch.url("a.safetensors.partial.items")
        // The file has a line for the settings, then one for each item.
        _ = try Command.interrupt(arguments, with: SIGKILL, in: scratch.url) {
            ((try? Data(contentsOf: journal)) ?? Data()).count { $0 == UInt8(ascii: "\n") } >= 3
        } reset: {
            try FileManager.default.removeItem(at: scratch.url("a.safetensors"))
        }

        let before = try Data(contentsOf: journal)
        for (changed, id) in [
            (lines.replacing(dog, with: "b.ogg"), "dog"), (lines.replacing("weather", with: "water"), "rain"),
        ] {
            let refused = try run(changed, "--resume")
            #expect(refused.exitCode == 2 && refused.errors.contains("“\(id)” has changed"), "\(refused.errors)")
        }
        let bytes = try Data(contentsOf: clip)
        try bytes.write(to: clip)
        let touched = try run(lines, "--resume")
        #expect(touched.exitCode == 2 && touched.errors.contains("“rain” has changed"), "\(touched.errors)")
        #expect(try Data(contentsOf: journal) == before)
        #expect(try run(lines, "--overwrite").exitCode == 0)
    }

    /// Rows that a run with other items left are not mixed into this one.
    @Test func otherItems() throws {
        _ = try stop(with: SIGKILL)
        try scratch.write("lines.txt", "rain\na dog\n")
        let refused = try embed("-o", "broken.safetensors", "--resume")
        #expect(refused.exitCode == 2 && refused.errors.contains("broken.safetensors.partial"), "\(refused.errors)")
        #expect(try embed("-o", "broken.safetensors", "--overwrite").exitCode == 0)
        #expect(try scratch.names == ["broken.safetensors", "lines.txt"])
    }
}
