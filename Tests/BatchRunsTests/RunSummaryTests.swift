import FilesOnDisk
import Testing

@testable import BatchRuns

@Suite struct RunSummaryTests {
    @Test func countsAndDecidesTheExitCode() {
        var summary = RunSummary(total: 6)
        for outcome: ItemOutcome in [.done, .done, .kept, .skipped] { summary.add(outcome) }
        #expect(summary.made == 2 && summary.kept == 1 && summary.done == 3 && summary.skipped == 1)
        #expect(summary.failed == 0 && summary.left == 2 && summary.exitCode == 0)
        summary.add(.failed)
        #expect(summary.failed == 1 && summary.left == 1 && summary.exitCode == 1)
    }

    @Test func errorsAreOneSentence() {
        let folder = UnlistedPath(path: "a/b", cause: "why")
        for error: RunPlanError in [
            .emptyPath, .count(0), .standardInputAmongOthers, .severalToStandardOutput,
            .noSounds(folder: "a/b", isFiltered: true),
            .unlisted(folder), .outputNotAFolder("a/b"), .notPNG("a/b"), .sameOutput(first: "a/b", second: "c"),
            .outputIsInput("a/b"),
        ] {
            #expect(!error.description.contains("\n") && error.description.hasSuffix("."))
        }
    }
}
