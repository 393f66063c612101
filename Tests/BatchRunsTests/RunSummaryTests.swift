import FilesOnDisk
import Testing

@testable import BatchRuns

@Suite struct RunSummaryTests {
    @Test func countsAndDecidesTheExitCode() {
        var summary = RunSummary()
        #expect(summary.exitCode == 0)
        for outcome: ItemOutcome in [.done, .done] { summary.add(outcome) }
        #expect(summary.done == 2 && summary.failed == 0 && summary.exitCode == 0)
        summary.add(.failed)
        #expect(summary.failed == 1 && summary.exitCode == 1)
    }

    @Test func errorsAreOneSentence() {
        let folder = UnlistedPath(path: "a/b", cause: "why")
        for error: RunPlanError in [
            .emptyPath, .count(0), .standardInputAmongOthers, .severalToStandardOutput, .noSounds(folder: "a/b"),
            .unlisted(folder), .outputNotAFolder("a/b"), .notPNG("a/b"), .sameOutput(first: "a/b", second: "c"),
            .outputIsInput("a/b"),
        ] {
            #expect(!error.description.contains("\n") && error.description.hasSuffix("."))
        }
    }
}
